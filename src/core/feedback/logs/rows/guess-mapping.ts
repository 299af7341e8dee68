/** What the columns of rows probably mean: by the shapes of known exports, else by their names. A person confirms it. */
import { jsonIn } from '../json-in-text.ts';
import { isJsonObject, type JsonValue } from '../../../json.ts';
import { KNOWN_SHAPES } from './known-shapes.ts';
import { UNITS_OF, type ImportMapping, type MappedField, type MappedSignal, type Target, type Unit } from './mapping.ts';

export interface GuessedMapping {
  readonly mapping: ImportMapping;
  /** The product whose export it looks like; null: unknown. */
  readonly shape: string | null;
  /** Columns that have no place. */
  readonly left: readonly string[];
  /** What was not taken since it is not certain, and what to do about it. */
  readonly notes: readonly string[];
}

const MAX_DEPTH = 5;
const MAX_PATHS = 2_000;

/** `rows`: the first of them. */
export function guessMapping(rows: readonly JsonValue[]): GuessedMapping {
  const paths = pathsOf(rows);
  const shape = KNOWN_SHAPES.find(({ needs }) => needs.every((path) => paths.has(path))) ?? null;
  const notes: string[] = [];
  const fields: Partial<Record<Target, MappedField>> = {};
  if (shape !== null) for (const [target, given] of Object.entries(shape.fields)) take(target as Target, given, paths, fields);
  const byName = namesOf(paths);
  const isOpen = shape === null || shape.isOpen;
  const usage = isOpen ? byName.get('usage')?.find((path) => isReportedUsage(paths.get(path))) : undefined;
  if (usage !== undefined) fields.usage ??= { from: usage, unit: null };
  for (const [target, names] of Object.entries(NAMES) as [Target, readonly string[]][]) {
    if (fields[target] !== undefined || !isOpen || (fields.usage !== undefined && COUNTS.has(target))) continue;
    const from = firstOf(names, byName, fields);
    if (from === undefined) continue;
    const unit = unitOf(target, from);
    if (unit === undefined)
      notes.push(`\`${from}\` has no unit, so it was skipped. Give the unit in a mapping: ${target}: { from: ${from}, unit: s }`);
    else fields[target] = { from, unit };
  }
  const signals = [...(shape?.signals ?? []).filter(({ from }) => paths.has(from)), ...signalsOf(byName, shape?.signals ?? [])];
  const taken = [...Object.values(fields).map(({ from }) => from), ...signals.map(({ from }) => from)];
  const left = [...paths.keys()].filter(
    (path) => !path.includes('.') && !taken.some((used) => used === path || used.startsWith(`${path}.`)),
  );
  return { mapping: { fields, signals, constants: {} }, shape: shape?.name ?? null, left, notes };
}

function take(
  target: Target,
  given: string | MappedField | readonly string[],
  paths: ReadonlyMap<string, JsonValue>,
  into: Partial<Record<Target, MappedField>>,
): void {
  const options = Array.isArray(given) ? (given as readonly string[]) : [given as string | MappedField];
  for (const option of options) {
    const field = typeof option === 'string' ? { from: option, unit: UNITS_OF[target]?.[0] ?? null } : option;
    if (paths.has(field.from)) {
      into[target] = field;
      return;
    }
  }
}

/** What a provider's usage says as a whole. */
const COUNTS: ReadonlySet<Target> = new Set<Target>([
  'inputTokens',
  'freshTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'totalTokens',
]);

function isReportedUsage(given: JsonValue | undefined): boolean {
  const value = typeof given === 'string' ? jsonIn(given) : given;
  return isJsonObject(value) && ['prompt_tokens', 'input_tokens', 'promptTokenCount'].some((name) => Object.hasOwn(value, name));
}

/** Names in letters and digits, best first. */
const NAMES: Partial<Record<Target, readonly string[]>> = {
  id: [
    'id',
    'interactionid',
    'requestid',
    'generationid',
    'callid',
    'runid',
    'spanid',
    'observationid',
    'uuid',
    'messageid',
    'customid',
    'logid',
  ],
  time: [
    'time',
    'timestamp',
    'starttime',
    'startedat',
    'createdat',
    'created',
    'requestcreatedat',
    'date',
    'datetime',
    'ts',
    'requesttime',
  ],
  endTime: ['endtime', 'endedat', 'completedat', 'finishedat'],
  input: [
    'messages',
    'inputmessages',
    'input',
    'inputs',
    'prompt',
    'question',
    'query',
    'userinput',
    'usermessage',
    'request',
    'text',
    'ticket',
  ],
  system: ['system', 'systemprompt', 'systemmessage', 'instructions'],
  output: [
    'output',
    'outputs',
    'completion',
    'answer',
    'response',
    'reply',
    'outputtext',
    'generation',
    'assistant',
    'result',
    'responsetext',
    'choices',
  ],
  finish: ['finishreason', 'finish', 'stopreason'],
  error: ['error', 'errormessage', 'exception', 'statusmessage'],
  model: ['model', 'modelname', 'modelid', 'requestmodel', 'responsemodel', 'llmmodel', 'deployment'],
  provider: ['provider', 'vendor'],
  parameters: ['parameters', 'modelparameters', 'invocationparameters', 'params'],
  tools: ['tools', 'functions'],
  variables: ['variables', 'vars', 'promptvariables'],
  chunks: ['chunks', 'retrievedchunks', 'documents', 'contexts', 'context', 'retrieveddocuments', 'sources'],
  promptName: ['promptname', 'prompttemplate', 'templatename', 'promptid', 'template'],
  promptVersion: ['promptversion', 'templateversion', 'prompthash'],
  inputTokens: ['inputtokens', 'prompttokens', 'tokensin', 'promptlength', 'inputtokencount', 'tokensinput', 'tokensprompt'],
  cacheReadTokens: ['cachedtokens', 'cachereadtokens', 'cachereadinputtokens', 'cachedinputtokens', 'promptcachereadtokens'],
  cacheWriteTokens: ['cachecreationinputtokens', 'cachewritetokens', 'cachewriteinputtokens', 'promptcachewritetokens'],
  outputTokens: ['outputtokens', 'completiontokens', 'tokensout', 'outputtokencount', 'tokensoutput', 'tokenscompletion'],
  reasoningTokens: ['reasoningtokens'],
  totalTokens: ['totaltokens', 'tokenstotal'],
  cost: ['costusd', 'usd', 'totalcostusd', 'cost', 'totalcost', 'costcents', 'price', 'responsecost'],
  latency: [
    'latencyms',
    'durationms',
    'delayms',
    'elapsedms',
    'responsetimems',
    'latencyseconds',
    'latencys',
    'durationseconds',
    'durations',
    'elapsedseconds',
    'latency',
    'duration',
    'elapsed',
  ],
  ttft: ['ttftms', 'timetofirsttokenms', 'ttftseconds', 'ttft', 'timetofirsttoken'],
  user: ['userid', 'user', 'enduser', 'customerid', 'username'],
  conversation: ['conversationid', 'conversation', 'sessionid', 'session', 'threadid', 'chatid'],
  trace: ['traceid', 'trace', 'correlationid'],
  responseId: ['responseid', 'completionid'],
  actionType: ['actiontype', 'tasktype'],
  actionId: ['actionid', 'documentid', 'ticketid', 'taskid', 'jobid'],
  environment: ['environment', 'env', 'stage'],
};

/** Columns that say something about the answer; a column of several is an object. */
const SIGNAL_NAMES: Readonly<Record<string, string | null>> = {
  thumb: 'thumb',
  thumbs: 'thumb',
  feedback: 'user_feedback',
  userfeedback: 'user_feedback',
  feedbackrating: 'thumb',
  rating: 'rating',
  userrating: 'rating',
  stars: 'rating',
  score: 'score',
  scores: null,
  accepted: 'accepted',
  copied: 'copied',
  abandoned: 'abandoned',
  resolved: 'resolved',
  escalated: 'escalated',
  correction: 'correction',
  correctedoutput: 'correction',
  corrected: 'correction',
  kept: 'kept',
  finaltext: 'kept',
};

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Paths by their whole name, then by their last step; the flattest first. */
function namesOf(paths: ReadonlyMap<string, JsonValue>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const add = (name: string, path: string): void => {
    const known = names.get(name);
    if (known === undefined) names.set(name, [path]);
    else if (!known.includes(path)) known.push(path);
  };
  const sorted = [...paths.keys()].sort((a, b) => a.split('.').length - b.split('.').length);
  for (const path of sorted) {
    // What stands in a list is one of several.
    if (/\.\d+(\.|$)/.test(path)) continue;
    add(lettersOf(path), path);
    add(lettersOf(path.split('.').at(-1) ?? ''), path);
  }
  return names;
}

/** The name of a part of what is taken whole, such as `metadata.id` where there is an `id`, is no second one of it. */
function firstOf(
  names: readonly string[],
  byName: ReadonlyMap<string, string[]>,
  taken: Partial<Record<Target, MappedField>>,
): string | undefined {
  const used = new Set(Object.values(taken).map(({ from }) => from));
  for (const name of names) {
    const found = byName.get(name)?.find((path) => !used.has(path) && !/^(input|inputs|output|outputs|messages|variables)\./.test(path));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Null: it needs none. Undefined: it needs one that the name does not say. A cost without a word is in USD, as all exports have it. */
function unitOf(target: Target, path: string): Unit | null | undefined {
  if (target === 'cost') return /cents?$/i.test(path) ? 'cents' : 'usd';
  if (target !== 'latency' && target !== 'ttft') return null;
  if (/(^|[^a-z])ms$|Ms$|millis/i.test(path) || /ms$/.test(lettersOf(path))) return 'ms';
  return /(seconds|secs?|_s)$/i.test(path) || /[a-z]S$/.test(path) ? 's' : undefined;
}

function signalsOf(byName: ReadonlyMap<string, string[]>, known: readonly MappedSignal[]): MappedSignal[] {
  return Object.entries(SIGNAL_NAMES).flatMap(([letters, name]): MappedSignal[] => {
    const from = byName.get(letters)?.[0];
    return from === undefined || known.some((signal) => signal.from === from) ? [] : [{ from, name }];
  });
}

/** Paths with a first value; of a list only the first item. */
function pathsOf(rows: readonly JsonValue[]): Map<string, JsonValue> {
  const paths = new Map<string, JsonValue>();
  const visit = (given: JsonValue, path: string, depth: number): void => {
    if (given === null || given === '' || paths.size >= MAX_PATHS) return;
    if (path !== '' && !paths.has(path)) paths.set(path, given);
    if (depth >= MAX_DEPTH) return;
    const value = typeof given === 'string' ? jsonIn(given) : given;
    if (Array.isArray(value)) {
      if (value[0] !== undefined) visit(value[0], `${path}.0`, depth + 1);
    } else if (isJsonObject(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`, depth + 1);
    }
  };
  for (const row of rows) visit(row, '', 0);
  return paths;
}
