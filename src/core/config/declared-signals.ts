/** `signals` of goldset.yaml: what an application's own signals mean. Plain data, because it goes to the worker. */
import type { Path } from '../yaml/yaml.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

/** A value, or a bound such as `<= 2`. */
export type SignalMatch =
  | { readonly is: string | number | boolean }
  | { readonly than: (typeof COMPARISONS)[number]; readonly bound: number };

export interface DeclaredSignal {
  /** The least and the largest value; null: not a number, or not said. */
  readonly scale: readonly [number, number] | null;
  readonly good: readonly SignalMatch[];
  readonly bad: readonly SignalMatch[];
}

/** By name. */
export type DeclaredSignals = Readonly<Record<string, DeclaredSignal>>;

export const NO_DECLARED_SIGNALS: DeclaredSignals = {};

const COMPARISONS = ['<=', '>=', '<', '>'] as const;

/** Their value is a person's text, whatever it says. */
const TEXTS = ['correction', 'kept'];

/** `<= 2` as a bound; any other value as itself. */
export function readMatch(value: string | number | boolean): SignalMatch {
  const [, than, bound] = typeof value === 'string' ? (/^\s*(<=|>=|<|>)\s*([+-]?\d+(?:\.\d+)?)\s*$/.exec(value) ?? []) : [];
  const comparison = COMPARISONS.find((item) => item === than);
  return comparison === undefined || bound === undefined ? { is: value } : { than: comparison, bound: Number(bound) };
}

/** Whether a value is what was declared. Capitals do not count, and a number may be written as text. */
export function isMatch(match: SignalMatch, value: string | number | boolean): boolean {
  if ('is' in match) return plain(match.is) === plain(value);
  const number = signalNumber(value);
  if (number === null) return false;
  const { than, bound } = match;
  return than === '<=' ? number <= bound : than === '<' ? number < bound : than === '>=' ? number >= bound : number > bound;
}

/** Null: it is not a number. */
export const signalNumber = (value: string | number | boolean): number | null =>
  typeof value === 'number' ? value : typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : null;

const plain = (value: string | number | boolean): string => {
  const number = signalNumber(value);
  return number === null ? String(value).normalize('NFKC').trim().toLowerCase() : String(number);
};

/** The known values in words: `1 to 5`, `positive, negative`. */
export function declaredValues({ scale, good, bad }: DeclaredSignal): string {
  const said = [...good, ...bad].map((match) => ('is' in match ? String(match.is) : `${match.than} ${match.bound}`));
  return [...(scale === null ? [] : [`${scale[0]} to ${scale[1]}`]), ...(scale === null ? said : [])].join(', ');
}

/** A signal that cannot be read is left out, with a problem at its place. */
export function readDeclaredSignals(fields: Fields, root: JsonObject): DeclaredSignals {
  const given = fields.object(root, ['signals']) ?? {};
  return Object.fromEntries(
    Object.keys(given).flatMap((name): [string, DeclaredSignal][] => {
      const path = ['signals', name];
      if (TEXTS.includes(name)) {
        fields.report(path, `\`${name}\` cannot be declared: its value is a person's text.`);
        return [];
      }
      const value = fields.object(given, path);
      if (value === null) {
        if (!isJsonObject(given[name]) && given[name] === null) fields.report(path, SHAPE);
        return [];
      }
      return readSignal(fields, value, path);
    }),
  );
}

const SHAPE = 'A signal needs `good` or `bad`, such as { scale: [1, 5], bad: "<= 2" } or { good: [positive], bad: [negative] }.';

function readSignal(fields: Fields, value: JsonObject, path: Path): [string, DeclaredSignal][] {
  const before = fields.diagnostics.list.filter(({ severity }) => severity === 'error').length;
  fields.unknownKeys(value, ['scale', 'good', 'bad'], path);
  const scale = readScale(fields, value, [...path, 'scale']);
  const [good, bad] = (['good', 'bad'] as const).map((side) => readSide(fields, value, [...path, side], scale));
  const declared: DeclaredSignal = { scale, good: good ?? [], bad: bad ?? [] };
  const hasSide = declared.good.length + declared.bad.length > 0;
  const isRead = fields.diagnostics.list.filter(({ severity }) => severity === 'error').length === before;
  if (isRead && !hasSide) fields.report(path, SHAPE);
  const both = isRead ? inBoth(declared) : null;
  if (both !== null) fields.report([...path, 'good'], `The value ${both} is both good and bad.`);
  return isRead && hasSide && both === null ? [[String(path.at(-1)), declared]] : [];
}

function readScale(fields: Fields, value: JsonObject, path: Path): readonly [number, number] | null {
  if ((value['scale'] ?? null) === null) return null;
  const [least, most, ...more] = fields.list(value, path);
  if (typeof least === 'number' && typeof most === 'number' && least < most && more.length === 0) return [least, most];
  if (Array.isArray(value['scale'])) fields.report(path, '`scale` must be the least and the largest value, such as [1, 5].');
  return null;
}

function readSide(fields: Fields, value: JsonObject, path: Path, scale: DeclaredSignal['scale']): SignalMatch[] {
  const given = value[String(path.at(-1))] ?? null;
  const items: readonly JsonValue[] = given === null ? [] : Array.isArray(given) ? given : [given];
  return items.flatMap((item, i): SignalMatch[] => {
    const at = Array.isArray(given) ? [...path, i] : path;
    if (item === null || typeof item === 'object' || item === '') {
      fields.report(at, 'A value must be text, a number, true, false or a bound such as "<= 2".');
      return [];
    }
    const match = readMatch(item);
    const isUnreadable = 'is' in match && typeof match.is === 'string' && /^\s*[<>=]/.test(match.is);
    const isOutside = scale !== null && !isUnreadable && !meets(match, scale);
    if (isUnreadable) fields.report(at, `"${String(item).slice(0, 40)}" is not a bound. Write "<= 2", "< 3", ">= 4" or "> 3".`);
    if (isOutside) fields.report(at, `No value from ${scale[0]} to ${scale[1]} is ${String(item).slice(0, 40)}.`);
    return isUnreadable || isOutside ? [] : [match];
  });
}

/** Whether a value of the scale is meant. */
function meets(match: SignalMatch, [least, most]: readonly [number, number]): boolean {
  if ('is' in match) {
    const number = signalNumber(match.is);
    return number !== null && number >= least && number <= most;
  }
  return isMatch(match, least) || isMatch(match, most);
}

/** A value that is declared as both good and bad, as written; null: no value is. */
function inBoth({ scale, good, bad }: DeclaredSignal): string | null {
  const bounds = [...good, ...bad].flatMap((match) => ('is' in match ? [] : [match.bound - 1e-9, match.bound, match.bound + 1e-9]));
  const tried = [...[...good, ...bad].flatMap((match) => ('is' in match ? [match.is] : [])), ...(scale ?? []), ...bounds];
  const found = tried.find((value) => good.some((match) => isMatch(match, value)) && bad.some((match) => isMatch(match, value)));
  return found === undefined ? null : typeof found === 'number' ? String(Math.round(found * 1e6) / 1e6) : String(found);
}
