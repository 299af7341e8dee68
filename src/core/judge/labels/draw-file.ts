/** `goldset.draw/1`, in reviews/ID.draw.json: which outputs people look at, written before the first label. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { DrawnStratum } from './draw-sample.ts';
import { keyProblem, recordKeyProblem, textProblem } from './damaged-fields.ts';
import { ITEM_KEYS, TARGET_KEYS, type LabelledItem, type LabelTarget } from './label-record.ts';
import { unseal } from './sealed.ts';

export const DRAW_SCHEMA = 'goldset.draw/1';

export interface DrawFile {
  readonly id: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly at: string;
  readonly frame: {
    /** The filter or run that the outputs were drawn from, as the person wrote it. */
    readonly query: string;
    readonly n: number;
    readonly judge: { readonly path: string; readonly version: string; readonly model: string } | null;
    /** What is graded, with the author's words; null: people grade by their own judgement. */
    readonly criterion: { readonly type: string; readonly hash: string; readonly text: string } | null;
    /** Path of the prompt that all outputs are of; null: of several, or it is not known. */
    readonly prompt: string | null;
  };
  readonly strata: readonly DrawnStratum[];
  /** In shuffled order. */
  readonly items: readonly DrawItem[];
}

export interface DrawItem {
  readonly target: LabelTarget;
  /** Null: files keep no texts of such outputs. */
  readonly item: LabelledItem | null;
  /** Who labels it; empty: everyone may. */
  readonly assignees: readonly string[];
  /** Stratum, probability and the judge's verdict: see sealed.ts. Null: an old file of plain ids. */
  readonly sealed: string | null;
}

export const drawFileText = (draw: DrawFile): string => `${JSON.stringify({ schema: DRAW_SCHEMA, ...draw }, null, 2)}\n`;

export interface ReadDraw {
  readonly draw: DrawFile;
  /** What is damaged, each with its place and why. An item that names no output is left out; everything else is kept as far as it can be read. */
  readonly problems: readonly string[];
}

/** The draw, or why the file is none, as a sentence. */
export function readDrawFile(text: string): ReadDraw | string {
  const value = parseJson(text);
  if (value === undefined) return `It is not JSON${placeIn(text)}.`;
  if (!isJsonObject(value)) return 'It is not a JSON object.';
  if (value['schema'] !== DRAW_SCHEMA)
    return `Its schema is ${JSON.stringify(value['schema'] ?? null).slice(0, 80)}; this version reads ${DRAW_SCHEMA}.`;
  const { id, seed, at, frame, items, strata } = value;
  if (typeof id !== 'string' || id === '') return '`id` is missing.';
  if (typeof seed !== 'number') return '`seed` must be a number.';
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return '`at` must be a time in ISO 8601.';
  if (!isJsonObject(frame) || !isCount(frame['n'])) return '`frame` needs `n`: how many outputs were drawn from.';
  if (!Array.isArray(items)) return '`items` must be a list.';
  const problems: string[] = [];
  const note = (place: string, problem: string | null): void => {
    if (problem !== null) problems.push(`${place}: ${problem}`);
  };
  note('Draw', recordKeyProblem(value, ['schema', 'id', 'seed', 'at', 'frame', 'strata', 'items'], 'it'));
  note('`frame`', frameProblem(frame));
  if (!Array.isArray(strata)) note('`strata`', 'It must be a list.');
  const readStrata = (Array.isArray(strata) ? strata : []).flatMap((stratum, i) => {
    const read = stratumOf(stratum);
    if (typeof read !== 'string') return [read];
    note(`Stratum ${i + 1}`, read);
    return [];
  });
  const together = readStrata.reduce((sum, { n }) => sum + n, 0);
  if (readStrata.length > 0 && together !== frame['n'])
    note('`strata`', `They have ${together} outputs together, and \`frame\` says ${frame['n']}.`);
  const readItems = items.flatMap((item, i) => {
    const read = itemOf(item);
    if (typeof read === 'string') {
      note(`Item ${i + 1}`, read);
      return [];
    }
    note(`Item ${i + 1}`, isJsonObject(item) ? (itemProblem(item) ?? sealedProblem(read, readStrata)) : null);
    return [read];
  });
  return {
    draw: {
      id,
      seed,
      at,
      frame: {
        query: typeof frame['query'] === 'string' ? frame['query'] : '',
        n: frame['n'],
        judge: judgeIn(frame['judge']),
        criterion: criterionIn(frame['criterion']),
        prompt: typeof frame['prompt'] === 'string' ? frame['prompt'] : null,
      },
      strata: readStrata,
      items: readItems,
    },
    problems,
  };
}

const isCount = (value: JsonValue | undefined): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

/** Where JSON ends to be JSON, for a person: a merge leaves marks of conflicts in a file. */
function placeIn(text: string): string {
  const lines = text.split('\n');
  const conflict = lines.findIndex((line) => /^(?:<{7}|={7}|>{7})/.test(line));
  if (conflict >= 0) return `: line ${conflict + 1} is a mark of a merge conflict`;
  // The first line after which the text so far could not go on: the line itself is the place.
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mayGoOn(lines.slice(0, middle).join('\n'))) low = middle + 1;
    else high = middle;
  }
  return `; it breaks at line ${low} or before`;
}

/** Whether brackets and quotes of a beginning are right so far. */
function mayGoOn(text: string): boolean {
  const open: string[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|"|[{}[\]]/g)) {
    if (token === '"') return false;
    if (token === '{' || token === '[') open.push(token);
    else if (token === '}' || token === ']') {
      if (open.pop() !== (token === '}' ? '{' : '[')) return false;
    }
  }
  return true;
}

const CRITERION_KEYS = ['type', 'hash', 'text'];

function frameProblem(frame: JsonObject): string | null {
  const { judge, criterion } = frame;
  if ((judge ?? null) !== null && judgeIn(judge) === null) return '`judge` needs a path, a version and a model.';
  if ((criterion ?? null) !== null && criterionIn(criterion) === null) return '`criterion` needs a type and a hash.';
  return (
    textProblem(frame, ['query', 'prompt'], 'it') ??
    keyProblem(frame, ['query', 'n', 'judge', 'criterion', 'prompt'], 'it') ??
    (isJsonObject(judge) ? keyProblem(judge, ['path', 'version', 'model'], '`judge`') : null) ??
    (isJsonObject(criterion)
      ? (textProblem(criterion, CRITERION_KEYS, '`criterion`') ?? keyProblem(criterion, CRITERION_KEYS, '`criterion`'))
      : null)
  );
}

/** An id alone is an interaction's. */
function itemOf(value: JsonValue): DrawItem | string {
  if (typeof value === 'string' && value !== '')
    return { target: { interaction: value, run: null, case: null, repeat: null, hash: '' }, item: null, assignees: [], sealed: null };
  if (!isJsonObject(value)) return 'It is neither an object nor an id.';
  const { target, item, assignees, sealed } = value;
  if (!isJsonObject(target)) return '`target` is missing: which output it is.';
  const [interaction, run, hash] = [textIn(target, 'interaction'), textIn(target, 'run'), textIn(target, 'hash')];
  if (interaction === null && run === null) return '`target` names neither an interaction nor a run.';
  const problem = textProblem(target, TARGET_KEYS.slice(0, 3), '`target`') ?? keyProblem(target, TARGET_KEYS, '`target`');
  if (problem !== null) return problem;
  const { repeat } = target;
  if ((repeat ?? null) !== null && !isCount(repeat)) return '`repeat` of `target` must be a whole number.';
  return {
    target: { interaction, run, case: textIn(target, 'case'), repeat: isCount(repeat) ? repeat : null, hash: hash ?? '' },
    item:
      isJsonObject(item) && typeof item['output'] === 'string'
        ? { input: textIn(item, 'input'), output: item['output'], context: textIn(item, 'context') }
        : null,
    assignees: Array.isArray(assignees) ? assignees.filter((name): name is string => typeof name === 'string') : [],
    sealed: typeof sealed === 'string' ? sealed : null,
  };
}

/** What is sealed has no checksum; a digit that was changed shows where it does not fit the strata. Says nothing of what is in it. */
function sealedProblem({ sealed }: DrawItem, strata: readonly DrawnStratum[]): string | null {
  const inside = sealed === null ? null : unseal(sealed);
  if (inside === null || strata.length === 0) return null;
  const own = strata.find(({ id }) => id === inside.stratum);
  const fits = own !== undefined && own.verdict === inside.verdict && Math.abs(own.drawn / own.n - inside.probability) < 1e-9;
  return fits ? null : '`sealed` does not fit the strata: one of them was changed.';
}

const textIn = (of: JsonObject, name: string): string | null => (typeof of[name] === 'string' && of[name] !== '' ? of[name] : null);

/** What of an item is damaged that can be read all the same. */
function itemProblem(value: JsonObject): string | null {
  const { item, assignees, sealed, target } = value;
  if (isJsonObject(target) && textIn(target, 'hash') === null) return '`target` needs the `hash` of the output.';
  if ((item ?? null) !== null && (!isJsonObject(item) || typeof item['output'] !== 'string')) return '`item` needs an `output`, a text.';
  if ((assignees ?? null) !== null && !(Array.isArray(assignees) && assignees.every((name) => typeof name === 'string')))
    return '`assignees` must be a list of names.';
  if ((sealed ?? null) !== null && (typeof sealed !== 'string' || unseal(sealed) === null))
    return '`sealed` cannot be read, so nothing is known of how likely the output was drawn.';
  return (
    (isJsonObject(item) ? (textProblem(item, ITEM_KEYS, '`item`') ?? keyProblem(item, ITEM_KEYS, '`item`')) : null) ??
    keyProblem(value, ['target', 'item', 'assignees', 'sealed'], 'it')
  );
}

function judgeIn(value: JsonValue | undefined): DrawFile['frame']['judge'] {
  if (!isJsonObject(value)) return null;
  const { path, version, model } = value;
  return typeof path === 'string' && typeof version === 'string' && typeof model === 'string' ? { path, version, model } : null;
}

function criterionIn(value: JsonValue | undefined): DrawFile['frame']['criterion'] {
  if (!isJsonObject(value)) return null;
  const { type, hash, text } = value;
  return typeof type === 'string' && typeof hash === 'string' ? { type, hash, text: typeof text === 'string' ? text : '' } : null;
}

function stratumOf(value: JsonValue): DrawnStratum | string {
  if (!isJsonObject(value)) return 'It is not an object.';
  const { id, verdict, n, drawn } = value;
  if (typeof id !== 'string' || id === '') return 'It has no `id`.';
  if (!isCount(n) || !isCount(drawn) || drawn > n)
    return 'It needs `n` and `drawn`, whole numbers, and cannot have drawn more than there are.';
  if ((verdict ?? null) !== null && verdict !== 'pass' && verdict !== 'fail') return '`verdict` must be pass, fail or null.';
  const problem = keyProblem(value, ['id', 'verdict', 'n', 'drawn'], 'it');
  return problem ?? { id, verdict: verdict === 'pass' || verdict === 'fail' ? verdict : null, n, drawn };
}
