/** The assertion kinds: one file each, one line each here. To add one, copy `kinds/word-count.ts`. */
import type { AssertionKind } from './assertion.ts';
import { contains, icontains } from './kinds/contains.ts';
import { containsAll, containsAny, icontainsAll, icontainsAny } from './kinds/contains-list.ts';
import { endsWith, startsWith } from './kinds/edges.ts';
import { equals } from './kinds/equals.ts';
import { expected } from './kinds/expected.ts';
import { finishReason } from './kinds/finish-reason.ts';
import { containsJson, isJson } from './kinds/is-json.ts';
import { containsHtml, isHtml } from './kinds/html.ts';
import { isRefusal } from './kinds/is-refusal.ts';
import { levenshtein } from './kinds/levenshtein.ts';
import { cost, latency, outputTokens, ttft } from './kinds/limits.ts';
import { meteor } from './kinds/meteor.ts';
import { bleu, gleu, rougeN } from './kinds/n-grams.ts';
import { regex } from './kinds/regex.ts';
import { isValidOpenaiToolsCall } from './kinds/tools-call.ts';
import { toolCallF1 } from './kinds/tool-call-f1.ts';
import { wordCount } from './kinds/word-count.ts';
import { containsXml, isXml } from './kinds/xml.ts';

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
  'is-valid-openai-function-call': isValidOpenaiToolsCall,
  'is-valid-function-call': isValidOpenaiToolsCall,
  'tool-call-f1': toolCallF1,
  'rouge-n': rougeN,
  bleu,
  gleu,
  meteor,
  'is-xml': isXml,
  'contains-xml': containsXml,
  'is-html': isHtml,
  'contains-html': containsHtml,
  cost,
  latency,
  expected,
  ttft,
  'output-tokens': outputTokens,
} as const satisfies Record<string, AssertionKind>;

export type KindName = keyof typeof kinds;
