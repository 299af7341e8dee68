/** The assertion kinds: one file each, one line each here. To add one, copy `kinds/word-count.ts`. */
import type { AssertionKind } from './assertion.ts';
import { contains, icontains } from './kinds/contains.ts';
import { containsAll, containsAny, icontainsAll, icontainsAny } from './kinds/contains-list.ts';
import { endsWith, startsWith } from './kinds/edges.ts';
import { equals } from './kinds/equals.ts';
import { expected } from './kinds/expected.ts';
import { finishReason } from './kinds/finish-reason.ts';
import { containsJson, isJson } from './kinds/is-json.ts';
import { isRefusal } from './kinds/is-refusal.ts';
import { levenshtein } from './kinds/levenshtein.ts';
import { cost, latency, outputTokens, ttft } from './kinds/limits.ts';
import { regex } from './kinds/regex.ts';
import { isValidOpenaiToolsCall } from './kinds/tools-call.ts';
import { wordCount } from './kinds/word-count.ts';

export const kinds = {
  equals,
  contains,
  icontains,
  'contains-any': containsAny,
  'contains-all': containsAll,
  'icontains-any': icontainsAny,
  'icontains-all': icontainsAll,
  'starts-with': startsWith,
  'ends-with': endsWith,
  regex,
  'is-json': isJson,
  'contains-json': containsJson,
  levenshtein,
  'word-count': wordCount,
  'finish-reason': finishReason,
  'is-refusal': isRefusal,
  'is-valid-openai-tools-call': isValidOpenaiToolsCall,
  cost,
  latency,
  expected,
  ttft,
  'output-tokens': outputTokens,
} as const satisfies Record<string, AssertionKind>;

export type KindName = keyof typeof kinds;
