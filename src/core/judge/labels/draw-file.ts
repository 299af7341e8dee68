/** `goldset.draw/1`, in reviews/ID.draw.json: which outputs people look at, written before the first label. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json.ts';
import type { DrawnStratum } from './draw-sample.ts';
import type { LabelledItem, LabelTarget } from './label-record.ts';

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
  /** Items that are none, each with its place and why. They are left out. */
  readonly problems: readonly string[];
}

/** The draw, or why the file is none, as a sentence. */
export function readDrawFile(text: string): ReadDraw | string {
  const value = parseJson(text);
  if (!isJsonObject(value)) return 'It is not a JSON object.';
  if (value['schema'] !== DRAW_SCHEMA)
    return `Its schema is ${JSON.stringify(value['schema'] ?? null).slice(0, 80)}; this version reads ${DRAW_SCHEMA}.`;
  const { id, seed, at, frame, items } = value;
  if (typeof id !== 'string' || id === '') return '`id` is missing.';
  if (typeof seed !== 'number') return '`seed` must be a number.';
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return '`at` must be a time in ISO 8601.';
  if (!isJsonObject(frame) || typeof frame['n'] !== 'number') return '`frame` needs `n`: how many outputs were drawn from.';
  if (!Array.isArray(items)) return '`items` must be a list.';
  const read = items.map((item) => itemOf(item));
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
      strata: (Array.isArray(value['strata']) ? value['strata'] : []).flatMap(stratumOf),
      items: read.flatMap((item) => (typeof item === 'string' ? [] : [item])),
    },
    problems: read.flatMap((item, i) => (typeof item === 'string' ? [`Item ${i + 1}: ${item}`] : [])),
  };
}

/** An id alone is an interaction's. */
function itemOf(value: JsonValue): DrawItem | string {
  if (typeof value === 'string' && value !== '')
    return { target: { interaction: value, run: null, case: null, repeat: null, hash: '' }, item: null, assignees: [], sealed: null };
  if (!isJsonObject(value)) return 'It is neither an object nor an id.';
  const { target, item, assignees, sealed } = value;
  if (!isJsonObject(target)) return '`target` is missing: which output it is.';
  const text = (of: JsonObject, name: string): string | null => (typeof of[name] === 'string' && of[name] !== '' ? of[name] : null);
  const [interaction, run, hash] = [text(target, 'interaction'), text(target, 'run'), text(target, 'hash')];
  if (interaction === null && run === null) return '`target` names neither an interaction nor a run.';
  return {
    target: {
      interaction,
      run,
      case: text(target, 'case'),
      repeat: typeof target['repeat'] === 'number' ? target['repeat'] : null,
      hash: hash ?? '',
    },
    item:
      isJsonObject(item) && typeof item['output'] === 'string'
        ? { input: text(item, 'input'), output: item['output'], context: text(item, 'context') }
        : null,
    assignees: Array.isArray(assignees) ? assignees.filter((name): name is string => typeof name === 'string') : [],
    sealed: typeof sealed === 'string' ? sealed : null,
  };
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

function stratumOf(value: JsonValue): DrawnStratum[] {
  if (!isJsonObject(value)) return [];
  const { id, verdict, n, drawn } = value;
  if (typeof id !== 'string' || typeof n !== 'number' || typeof drawn !== 'number') return [];
  return [{ id, verdict: verdict === 'pass' || verdict === 'fail' ? verdict : null, n, drawn }];
}
