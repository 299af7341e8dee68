/** Differences between two texts word by word, for people. Bounded: texts that share nothing are not searched for long. */
import { diffArrays } from 'diff';

export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Words that are compared at most; longer texts are compared in their beginning. */
const MAX_WORDS = 6000;
/** Changes after which two texts count as wholly different. */
const MAX_CHANGES = 1500;

/** `from` → `to`. Words, numbers and single signs; white space belongs to nothing. */
export function diffWords(from: string, to: string): DiffPart[] {
  if (from === to) return from === '' ? [] : [{ kind: 'same', text: from }];
  const [a, b] = [wordsOf(from), wordsOf(to)];
  const changes = diffArrays(a.words, b.words, { maxEditLength: MAX_CHANGES });
  const parts: DiffPart[] =
    changes === undefined
      ? [
          { kind: 'removed', text: a.words.join('') },
          { kind: 'added', text: b.words.join('') },
        ]
      : changes.map(({ added, removed, value }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text: value.join('') }));
  if (a.rest === b.rest) return a.rest === '' ? parts : [...parts, { kind: 'same', text: a.rest }];
  return [
    ...parts,
    ...(a.rest === '' ? [] : [{ kind: 'removed' as const, text: a.rest }]),
    ...(b.rest === '' ? [] : [{ kind: 'added' as const, text: b.rest }]),
  ];
}

/** From shortly before the first change, when it stands beyond half of the `room` (characters) that a cell shows. */
export function fromFirstChange(parts: readonly DiffPart[], room: number): readonly DiffPart[] {
  const [first, ...rest] = parts;
  if (first?.kind !== 'same' || rest.length === 0 || first.text.length <= room / 2) return parts;
  const start = first.text.length - Math.floor(room / 4);
  // At the beginning of its line, where that is near.
  const line = first.text.lastIndexOf('\n', first.text.length - 1) + 1;
  return [{ kind: 'same', text: `… ${first.text.slice(Math.max(start, line)).trimStart()}` }, ...rest];
}

/** Only what differs, with a few words of what stands around it. */
export function onlyChanges(parts: readonly DiffPart[], context = 24): DiffPart[] {
  return parts.map((part, i) => {
    if (part.kind !== 'same' || part.text.length <= context * 2 + 3) return part;
    const before = i === 0 ? '' : part.text.slice(0, context);
    const after = i === parts.length - 1 ? '' : part.text.slice(-context);
    return { kind: 'same', text: `${before} … ${after}` };
  });
}

function wordsOf(text: string): { words: string[]; rest: string } {
  const words: string[] = [];
  const pattern = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;
  let end = 0;
  for (let match = pattern.exec(text); match !== null && words.length < MAX_WORDS; match = pattern.exec(text)) {
    words.push(match[0]);
    end = pattern.lastIndex;
  }
  return { words, rest: text.slice(end) };
}
