/** The editor of one cell: Enter keeps the text, Escape leaves it as it was, Tab goes on to the next cell. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { CASE_STATUSES } from '../../core/golden/edit/case-change.ts';
import type { ColumnKind } from '../../core/golden/table/table-columns.ts';

export type EditEnd = { readonly text: string; readonly then: 'stay' | 'down' | 'right' } | null;

interface CellEditorProps {
  readonly text: string;
  readonly kind: ColumnKind;
  /** A key was typed, whose text is the beginning of another one. */
  readonly isBegun: boolean;
  readonly label: string;
  /** Null: the text stays as it was. */
  readonly onEnd: (end: EditEnd) => void;
}

export function CellEditor({ text, kind, isBegun, label, onEnd }: CellEditorProps) {
  const field = useRef<HTMLTextAreaElement & HTMLSelectElement>(null);
  const hasEnded = useRef(false);
  useLayoutEffect(() => {
    field.current?.focus();
    if (kind === 'status') return;
    if (isBegun) field.current?.setSelectionRange(text.length, text.length);
    else field.current?.select();
  }, []);
  const end = (result: EditEnd): void => {
    if (hasEnded.current) return;
    hasEnded.current = true;
    onEnd(result);
  };
  const keep = (then: 'stay' | 'down' | 'right'): void => end({ text: field.current?.value ?? text, then });
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const isBreak = event.key === 'Enter' && (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey);
    if (event.key === 'Escape') end(null);
    else if (event.key === 'Enter' && !isBreak) keep('down');
    else if (event.key === 'Tab' && !event.shiftKey) keep('right');
    else return;
    event.preventDefault();
  };
  if (kind === 'status')
    return (
      <select ref={field} class="cell-editor" aria-label={label} value={text} onKeyDown={onKeyDown} onBlur={() => keep('stay')}>
        {CASE_STATUSES.map((status) => (
          <option key={status} value={status}>
            {status}
          </option>
        ))}
      </select>
    );
  return (
    <textarea
      ref={field}
      class="cell-editor"
      aria-label={label}
      spellcheck={false}
      defaultValue={text}
      onKeyDown={onKeyDown}
      onBlur={() => keep('stay')}
    />
  );
}
