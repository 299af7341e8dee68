/** A scripted model's file (`*.scripted.yaml`): rules that answer, what it costs, how fast it is, how its prompt cache behaves. */
import { Diagnostics, type Diagnostic } from '../../../core/problems/diagnostics.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json/json.ts';
import { Fields } from '../../../core/yaml/yaml-fields.ts';
import { compilePattern } from '../../../core/text/pattern.ts';
import { noYaml, readYaml } from '../../../core/yaml/yaml.ts';
import { FINISH_REASONS } from '../../../core/model/finish-reasons.ts';
import type { FinishReason } from '../../../core/model/model-request.ts';

export interface Script {
  readonly price: { readonly input: number; readonly cacheRead: number | null; readonly output: number } | null;
  /** `provider:model` whose public price applies instead. */
  readonly pricedAs: string | null;
  readonly cache: { readonly minimumTokens: number; readonly blockTokens: number; readonly ttlSeconds: number } | null;
  readonly speed: Speed;
  readonly rules: readonly Rule[];
  readonly fallback: Answer;
}

export interface Speed {
  readonly ttftMs: number;
  /** Infinity: at once. */
  readonly tokensPerSecond: number;
}

export interface Rule extends Answer {
  /** Regular expressions by what they look at; all must match. */
  readonly when: { readonly [part in RulePart]?: string };
}

export const RULE_PARTS = ['system', 'user', 'model', 'request'] as const;
export type RulePart = (typeof RULE_PARTS)[number];

export interface Answer {
  /** One is picked by seed and repeat. */
  readonly replies: readonly string[];
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  readonly finish: FinishReason;
  readonly ttftMs: number | null;
  readonly fail: Failure | null;
}

export interface Failure {
  /** HTTP status; null with `drop`. */
  readonly status: number | null;
  /** Seconds. */
  readonly retryAfter: number | null;
  /** How often the same request fails before it is answered. */
  readonly times: number;
  /** The connection is cut. */
  readonly drop: boolean;
}

export function readScript(path: string, text: string): { script: Script; diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Diagnostics(path);
  const yaml = readYaml(text, diagnostics) ?? noYaml();
  const fields = new Fields(yaml, diagnostics, 'scripted');
  const root = fields.root('A scripted model');
  fields.unknownKeys(root, ['price', 'pricedAs', 'cache', 'speed', 'rules', 'default']);
  const price = fields.object(root, ['price']);
  const cache = fields.object(root, ['cache']);
  const speed = fields.object(root, ['speed']) ?? {};
  const script: Script = {
    price: price === null || price['pricedAs'] !== undefined ? null : readPrice(fields, price),
    pricedAs: fields.string(root, ['pricedAs']) ?? (price === null ? null : fields.string(price, ['price', 'pricedAs'])),
    cache: cache === null ? null : readCache(fields, cache),
    speed: {
      ttftMs: fields.number(speed, ['speed', 'ttftMs'], 0) ?? 0,
      tokensPerSecond: fields.number(speed, ['speed', 'tokensPerSecond'], 0.001) ?? Infinity,
    },
    rules: fields.list(root, ['rules']).flatMap((item, i) => readRule(fields, item, ['rules', i])),
    fallback: readAnswer(fields, fields.object(root, ['default']) ?? { reply: '' }, ['default']),
  };
  return { script, diagnostics: diagnostics.list };
}

const readPrice = (fields: Fields, price: JsonObject): Script['price'] => ({
  input: fields.number(price, ['price', 'input'], 0) ?? 0,
  cacheRead: fields.number(price, ['price', 'cacheRead'], 0),
  output: fields.number(price, ['price', 'output'], 0) ?? 0,
});

const readCache = (fields: Fields, cache: JsonObject): Script['cache'] => ({
  minimumTokens: fields.number(cache, ['cache', 'minimumTokens'], 0) ?? 1024,
  blockTokens: fields.number(cache, ['cache', 'blockTokens'], 1) ?? 128,
  ttlSeconds: fields.number(cache, ['cache', 'ttlSeconds'], 0) ?? 300,
});

function readRule(fields: Fields, item: JsonValue, path: readonly (string | number)[]): Rule[] {
  if (!isJsonObject(item)) {
    fields.report(path, 'A rule must be a map with `when` and `reply`.');
    return [];
  }
  fields.unknownKeys(item, ['when', ...ANSWER_KEYS], path);
  const when = fields.object(item, [...path, 'when']) ?? {};
  fields.unknownKeys(when, RULE_PARTS, [...path, 'when']);
  const patterns: { [part in RulePart]?: string } = {};
  for (const part of RULE_PARTS) {
    const pattern = fields.string(when, [...path, 'when', part]);
    if (pattern === null) continue;
    const problem = patternProblem(pattern);
    if (problem === null) patterns[part] = pattern;
    else fields.report([...path, 'when', part], `This regular expression is invalid: ${problem}`);
  }
  return [{ when: patterns, ...readAnswer(fields, item, path) }];
}

const ANSWER_KEYS = ['reply', 'json', 'replies', 'toolCalls', 'finish', 'ttftMs', 'fail'];

function readAnswer(fields: Fields, item: JsonObject, path: readonly (string | number)[]): Answer {
  const toolCalls = fields.list(item, [...path, 'toolCalls']).flatMap((call) =>
    isJsonObject(call) && typeof call['name'] === 'string'
      ? [
          {
            name: call['name'],
            arguments: typeof call['arguments'] === 'string' ? call['arguments'] : JSON.stringify(call['arguments'] ?? {}),
          },
        ]
      : [],
  );
  const fail = fields.object(item, [...path, 'fail']);
  const finish = fields.oneOf(item, [...path, 'finish'], FINISH_REASONS);
  return {
    replies: repliesOf(fields, item, path),
    toolCalls,
    finish: finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop'),
    ttftMs: fields.number(item, [...path, 'ttftMs'], 0),
    fail: fail === null ? null : readFailure(fields, fail, [...path, 'fail']),
  };
}

function repliesOf(fields: Fields, item: JsonObject, path: readonly (string | number)[]): string[] {
  if (item['json'] !== undefined) return [JSON.stringify(item['json'])];
  const replies = fields.list(item, [...path, 'replies']).map((reply) => (typeof reply === 'string' ? reply : JSON.stringify(reply)));
  return replies.length > 0 ? replies : [fields.string(item, [...path, 'reply']) ?? ''];
}

function readFailure(fields: Fields, fail: JsonObject, path: readonly (string | number)[]): Failure {
  fields.unknownKeys(fail, ['status', 'retryAfter', 'times', 'drop'], path);
  const drop = fields.flag(fail, [...path, 'drop'], true, 'the connection is cut until it is fixed.') ?? false;
  return {
    status: drop ? null : (fields.number(fail, [...path, 'status'], 100) ?? 500),
    retryAfter: fields.number(fail, [...path, 'retryAfter'], 0),
    times: fields.number(fail, [...path, 'times'], 0) ?? Infinity,
    drop,
  };
}

function patternProblem(pattern: string): string | null {
  try {
    compilePattern(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
