/**
 * Whether what a tool returned says that it failed (test/unit/heuristics/RULE.md, measured there). It has no dependencies, so that the
 * library can take it along.
 */
import { errorLine } from './tool-error-text.ts';

/** Wraps within wraps: deeper than any tool returns. */
const MAX_DEPTH = 8;
/** Characters of a text that is read as JSON. A longer one is data. */
const LONGEST_JSON = 200_000;
const LONGEST_REASON = 200;

type Fields = Readonly<Record<string, unknown>>;

interface Walk {
  readonly depth: number;
  /** An application's own values may contain themselves. */
  readonly seen: Set<unknown>;
}

const deeper = ({ depth, seen }: Walk): Walk => ({ depth: depth + 1, seen });

/** Whether a tool failed, by what it returned. A tool that throws has failed without this. */
export const toolFailed = (returned: unknown): boolean => toolFailure(returned) !== null;

/** What a tool's result says of its failure; null: it did not fail. Time in proportion to the result. */
export function toolFailure(returned: unknown): string | null {
  const reason = failureIn(returned, { depth: 0, seen: new Set() });
  return reason === null ? null : reason.slice(0, LONGEST_REASON);
}

function failureIn(value: unknown, walk: Walk): string | null {
  if (walk.depth > MAX_DEPTH) return null;
  if (typeof value === 'string') return failureInText(value, walk);
  if (typeof value !== 'object' || value === null || walk.seen.has(value)) return null;
  walk.seen.add(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return Array.isArray(value) ? failureInList(value, walk, false) : failureInFields(value as Fields, walk);
}

/** A block of code that is the whole text; else the text. */
function unfenced(text: string): string {
  const opening = /^```\w{0,12}\s/.exec(text)?.[0];
  return opening !== undefined && text.endsWith('```') ? text.slice(opening.length, -3).trim() : text;
}

function failureInText(given: string, walk: Walk): string | null {
  const text = given.trim();
  if (text.length <= LONGEST_JSON) {
    const inner = unfenced(text);
    if (/^[{["]/.test(inner)) {
      const value = parsed(inner);
      if (value !== undefined) return failureIn(value, deeper(walk));
    }
  }
  return errorLine(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Parts of a message, or results of a batch. `hasStates`: its items are results, so a state of HTTP in them is theirs. */
function failureInList(values: readonly unknown[], walk: Walk, hasStates: boolean): string | null {
  const items = values.slice(0, 1000);
  if (items.length === 0 || !items.every(isFields)) return null;
  if (items.every((item) => isPart(item))) return firstFailure(items, (item) => failureInFields(item, deeper(walk)));
  const reasons = items.map((item) => ownFailure(item) ?? (hasStates ? stateFailure(item) : null));
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const PARTS: ReadonlySet<unknown> = new Set([
  ...['text', 'image', 'resource', 'input_text', 'output_text', 'audio', 'json', 'tool_reference', 'resource_link'],
]);
const isPart = (fields: Fields): boolean =>
  PARTS.has(fields['type']) || (Object.keys(fields).length === 1 && ('text' in fields || 'json' in fields));

function firstFailure<T>(values: readonly T[], failureOf: (value: T) => string | null): string | null {
  for (const value of values) {
    const reason = failureOf(value);
    if (reason !== null) return reason;
  }
  return null;
}

/** Fields in which a result stands that is wrapped. */
const WRAPS = [
  ...(['result', 'output', 'content', 'response', 'body', 'data'] as const),
  ...(['value', 'text', 'json', 'structuredContent', 'metadata'] as const),
];
/** Fields with the results of a batch. */
const BATCHES = ['results', 'responses', 'outputs'] as const;
/** Fields of an object that says nothing else. */
const MESSAGES = ['message', 'msg', 'detail'] as const;

function failureInFields(fields: Fields, walk: Walk): string | null {
  if (saysItWorked(fields)) return null;
  const own = ownFailure(fields) ?? stateFailure(fields);
  if (own !== null) return own;
  const wrapped = firstFailure(WRAPS, (name) => failureIn(fields[name], deeper(walk)));
  if (wrapped !== null) return wrapped;
  const batch = firstFailure(BATCHES, (name) => {
    const items = fields[name];
    return Array.isArray(items) ? failureInList(items, deeper(walk), true) : null;
  });
  if (batch !== null || Object.keys(fields).length > 2) return batch;
  return firstFailure(MESSAGES, (name) => (typeof fields[name] === 'string' ? errorLine(fields[name]) : null));
}

const FLAGS = ['success', 'ok', 'succeeded', 'successful', 'is_success', 'isSuccess'] as const;
const EXITS = ['exitCode', 'exit_code', 'exitStatus', 'exit_status', 'returncode', 'return_code', 'returnCode'] as const;
const IS_ERROR = ['isError', 'is_error'] as const;

const saysItWorked = (fields: Fields): boolean =>
  IS_ERROR.some((name) => fields[name] === false) ||
  FLAGS.some((name) => fields[name] === true) ||
  EXITS.some((name) => fields[name] === 0);

/** Fields that are there when something went wrong. */
const ERRORS = [
  ...['error', 'Error', 'exception', 'fault', 'err', 'errmsg', 'errorMessage', 'error_message', 'error_msg', 'errorCode', 'error_code'],
  ...['errorType', 'error_type'],
] as const;
const EMPTY = /^(?:none|null|no|ok|false|0|n\/a|no error|success|undefined)?$/i;

/** What fields say that mean nothing else than a failure. */
function ownFailure(fields: Fields): string | null {
  if (IS_ERROR.some((name) => fields[name] === true)) return reasonIn(fields, 'it says that it is an error');
  const flag = FLAGS.find((name) => isNo(fields[name]) || (name === 'ok' && fields[name] === 0));
  if (flag !== undefined) return reasonIn(fields, `${flag} is false`);
  const error = ERRORS.find((name) => isSaid(fields[name]));
  if (error !== undefined) return reasonIn(fields, error);
  const { errors } = fields;
  const isList = Array.isArray(errors) ? errors.length > 0 : isFields(errors) && Object.keys(errors).length > 0;
  // GraphQL and batches: what was found stands beside.
  if ((isList || (typeof errors === 'string' && isSaid(errors))) && (fields['data'] ?? null) === null) return reasonIn(fields, 'errors');
  const type = fields['type'];
  return type === 'error-text' || type === 'error-json' || type === 'execution-denied' ? reasonIn(fields, type) : null;
}

const isNo = (value: unknown): boolean => value === false || (typeof value === 'string' && /^(?:false|no)$/i.test(value));

function isSaid(value: unknown): boolean {
  if (typeof value === 'string') return !EMPTY.test(value.trim());
  if (Array.isArray(value)) return value.length > 0;
  if (isFields(value)) return Object.keys(value).length > 0;
  return value === true || (typeof value === 'number' && value !== 0);
}

const STATES = ['status', 'state', 'outcome', 'result'] as const;
const FAILED =
  /^(?:error|errored|err|fail|failed|failure|time_?-?out|timed[ _-]?out|denied|unauthori[sz]ed|forbidden|exception|crashed|incomplete_error)$/i;
const HTTP_STATES = ['status', 'statusCode', 'status_code', 'httpStatus', 'http_status', 'httpStatusCode', 'httpCode'] as const;

/** What fields say that name the state of this call. */
function stateFailure(fields: Fields): string | null {
  const exit = EXITS.find((name) => typeof fields[name] === 'number' && fields[name] !== 0);
  if (exit !== undefined) return reasonIn(fields, `${exit} ${String(fields[exit])}`);
  const state = STATES.find((name) => typeof fields[name] === 'string' && FAILED.test(fields[name].trim()));
  if (state !== undefined) return reasonIn(fields, `${state} ${String(fields[state])}`);
  const http = HTTP_STATES.find((name) => isHttpFailure(fields[name]));
  if (http !== undefined) return reasonIn(fields, `${http} ${String(fields[http])}`);
  const { code } = fields;
  const isCode = isHttpFailure(code) || (typeof code === 'string' && /^E[A-Z]{4,}$/.test(code));
  return isCode && Object.keys(fields).every((name) => BESIDE_CODE.has(name)) && Object.keys(fields).length > 1
    ? reasonIn(fields, `code ${String(code)}`)
    : null;
}

/** What stands beside a `code` that is a status. Beside anything else it may be a number of an article. */
const BESIDE_CODE: ReadonlySet<string> = new Set([
  ...[
    'code',
    'message',
    'msg',
    'detail',
    'details',
    'status',
    'reason',
    'errno',
    'syscall',
    'stack',
    'path',
    'address',
    'port',
    'requestId',
  ],
  ...['request_id', 'description', 'hostname', 'cause', 'data', 'type'],
]);

function isHttpFailure(value: unknown): boolean {
  const number = typeof value === 'string' && /^[45]\d\d$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number < 600;
}

const REASONS = [
  'error',
  'errorMessage',
  'error_message',
  'error_msg',
  'errmsg',
  'message',
  'msg',
  'detail',
  'reason',
  'description',
  'title',
] as const;

/** The words for it, where there are any. */
function reasonIn(fields: Fields, otherwise: string): string {
  for (const name of REASONS) {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (isFields(value) && typeof value['message'] === 'string') return value['message'];
  }
  return otherwise;
}
