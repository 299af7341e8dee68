/** goldset.yaml when a prompt has another id: only the keys that name it are replaced, so that everything a person wrote stays as it is. */
import { isMap, isScalar, parseDocument, type Pair, type Scalar } from 'yaml';
import type { TextEdit } from '../text/text.ts';

/** How goldset.yaml names a prompt. */
export interface PromptNames {
  /** Under `prompts:`; from the root. */
  readonly id: string;
  /** Under `traffic:`. */
  readonly name: string;
}

export interface RenamedPrompt {
  /** Of the text, in its order. */
  readonly edits: readonly TextEdit[];
  /** What a person has to change, as sentences. */
  readonly notes: readonly string[];
}

/** Never throws: what cannot be changed safely is a note. */
export function renamedPrompt(text: string, from: PromptNames, to: PromptNames): RenamedPrompt {
  const document = parseDocument(text, { logLevel: 'silent' });
  const broken = document.errors.length > 0 || !isMap(document.contents);
  if (broken && text.includes(from.id)) return { edits: [], notes: [byHand('prompts', from.id, to.id, 'goldset.yaml has errors')] };
  if (broken) return { edits: [], notes: [] };
  const prompts = pairsOf(document.get('prompts'));
  const traffic = pairsOf(document.get('traffic'));
  const changes = [renamedKey('prompts', prompts, from.id, to.id)];
  if (from.name !== to.name) {
    const shared = prompts.map(({ key }) => plain(key.value)).find((id) => id !== from.id && id.endsWith(`#${from.name}`));
    if (shared !== undefined && traffic.some(({ key }) => key.value === from.name))
      changes.push({ edits: [], notes: [byHand('traffic', from.name, to.name, `${shared} has the same name, so its entry stays`)] });
    else changes.push(renamedKey('traffic', traffic, from.name, to.name));
  }
  return {
    edits: changes.flatMap(({ edits }) => edits).sort((a, b) => a.range.start - b.range.start),
    notes: changes.flatMap(({ notes }) => notes),
  };
}

function renamedKey(section: string, pairs: readonly NamedPair[], from: string, to: string): RenamedPrompt {
  const found = pairs.filter(({ key }) => plain(key.value) === from);
  if (found.length === 0) return { edits: [], notes: [] };
  if (pairs.some(({ key }) => plain(key.value) === to))
    return { edits: [], notes: [byHand(section, from, to, `it has an entry ${to} already`)] };
  return {
    edits: found.map(({ key, range: [start, end] }) => ({ range: { start, end }, text: writtenKey(key, to) })),
    notes: [],
  };
}

interface NamedPair {
  readonly key: Scalar<string>;
  /** Of the key, with its quotes. */
  readonly range: readonly [start: number, end: number, ...unknown: number[]];
}

/** The entries of a map whose keys are plain texts; what is no map has none. */
function pairsOf(value: unknown): NamedPair[] {
  if (!isMap(value)) return [];
  return value.items.flatMap(({ key }: Pair): NamedPair[] =>
    isScalar<string>(key) &&
    typeof key.value === 'string' &&
    key.range != null &&
    key.type !== 'BLOCK_LITERAL' &&
    key.type !== 'BLOCK_FOLDED'
      ? [{ key, range: key.range }]
      : [],
  );
}

/** In the quotes that the old key has, where they can hold the new one. */
function writtenKey({ type }: Scalar<string>, to: string): string {
  if (type === 'QUOTE_SINGLE') return `'${to.replaceAll("'", "''")}'`;
  return type === 'PLAIN' && /^[\p{L}_][\p{L}\p{N}_./-]*$/u.test(to) ? to : JSON.stringify(to);
}

const plain = (key: string): string => key.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');

const byHand = (section: string, from: string, to: string, reason: string): string =>
  `goldset.yaml was not changed: ${reason}. Under \`${section}\`, write ${to} in place of ${from}.`;
