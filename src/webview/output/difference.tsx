/** How one text differs from another: by field where both are JSON, else by word. */
import { diffJson, type FieldChange } from '../../core/compare/text/json-diff.ts';
import { diffWords, fromFirstChange, onlyChanges, type DiffPart } from '../../core/compare/text/word-diff.ts';
import { quantity } from '../../core/display/figures.ts';
import { parseJson, type JsonValue } from '../../core/json/json.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

interface DifferenceProps {
  readonly from: string;
  readonly to: string;
  /** Leave out what is the same. */
  readonly only: boolean;
  /** Characters that are in view, in a cell: what differs stands among them. */
  readonly room?: number;
  /** Characters of `to` that are not here. */
  readonly cut?: number;
}

/** Differences that were found a moment ago: scrolling back does not search again. */
const known = new Map<string, readonly DiffPart[]>();
const MAX_KNOWN = 400;

export function Difference(props: DifferenceProps) {
  const { only, room, cut = 0 } = props;
  const to = visibleControls(props.to);
  // What `to` no longer holds is not missing from it.
  const from = visibleControls(cut > 0 ? props.from.slice(0, props.to.length) : props.from);
  const [a, b] = [structured(from), structured(to)];
  if (a !== null && b !== null) return <FieldDifference changes={diffJson(a, b)} only={only} />;
  if (cut > 0 && from === to)
    return <pre class="output quiet">{`No difference in the first ${quantity(to.length, 'character')}: open the result.`}</pre>;
  if (from === to) return <pre class={only ? 'output quiet' : 'output'}>{only ? 'No difference.' : to}</pre>;
  const all = wordsOf(from, to);
  const parts = only ? onlyChanges(all) : room === undefined ? all : fromFirstChange(all, room);
  return (
    <pre class="output">
      {parts.map(({ kind, text }, i) =>
        kind === 'same' ? text : kind === 'added' ? <ins key={i}>{text}</ins> : <del key={i}>{text}</del>,
      )}
    </pre>
  );
}

function FieldDifference({ changes, only }: { readonly changes: readonly FieldChange[]; readonly only: boolean }) {
  const shown = only ? changes.filter(({ kind }) => kind !== 'same') : changes;
  if (shown.length === 0) return <pre class="output quiet">No difference.</pre>;
  return (
    <pre class="output">
      {shown.map(({ path, kind, from, to }, i) => (
        <div key={i}>
          {path === '' ? '' : <span class="json-key">{path}: </span>}
          {kind === 'same' ? to : ''}
          {from !== null && kind !== 'same' && <del>{from}</del>}
          {kind === 'changed' && ' '}
          {to !== null && kind !== 'same' && <ins>{to}</ins>}
        </div>
      ))}
    </pre>
  );
}

function wordsOf(from: string, to: string): readonly DiffPart[] {
  const key = `${from.length}\u0000${from}\u0000${to}`;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const parts = diffWords(from, to);
  known.set(key, parts);
  return parts;
}

/** An object or a list; null: text. */
function structured(text: string): JsonValue | null {
  if (!/^\s*[[{]/.test(text)) return null;
  const value = parseJson(text);
  return typeof value === 'object' ? value : null;
}
