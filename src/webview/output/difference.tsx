/** How one text differs from another: by field where both are JSON, else by word. */
import { diffJson, type FieldChange } from '../../core/compare/text/json-diff.ts';
import { diffWords, onlyChanges, type DiffPart } from '../../core/compare/text/word-diff.ts';
import { parseJson, type JsonValue } from '../../core/json.ts';
import { visibleControls } from '../../core/visible-controls.ts';

interface DifferenceProps {
  readonly from: string;
  readonly to: string;
  /** Leave out what is the same. */
  readonly only: boolean;
}

/** Differences that were found a moment ago: scrolling back does not search again. */
const known = new Map<string, readonly DiffPart[]>();
const MAX_KNOWN = 400;

export function Difference(props: DifferenceProps) {
  const [from, to] = [visibleControls(props.from), visibleControls(props.to)];
  const { only } = props;
  const [a, b] = [structured(from), structured(to)];
  if (a !== null && b !== null) return <FieldDifference changes={diffJson(a, b)} only={only} />;
  const parts = only ? onlyChanges(wordsOf(from, to)) : wordsOf(from, to);
  if (from === to) return <pre class={only ? 'output quiet' : 'output'}>{only ? 'No difference.' : to}</pre>;
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
