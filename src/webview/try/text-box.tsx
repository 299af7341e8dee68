/** A text to write and send: Ctrl+Enter sends it, Escape gives up. */
import { useId, useState } from 'preact/hooks';

interface TextBoxProps {
  readonly label: string;
  readonly start: string;
  readonly action: string;
  readonly onDone: (text: string) => void;
  /** Null: there is nothing to give up. */
  readonly onCancel: (() => void) | null;
  /** What to know about it; null: nothing. */
  readonly note?: string | null;
  readonly placeholder?: string;
  readonly mayBeEmpty?: boolean;
  readonly disabled?: boolean;
  /** It is the main action of its place. */
  readonly primary?: boolean;
  /** The text goes with what was sent, and the box is for the next one. */
  readonly empties?: boolean;
}

export function TextBox(props: TextBoxProps) {
  const { label, start, action, onDone, onCancel, note = null, placeholder, mayBeEmpty = false, disabled = false, primary = false } = props;
  const [text, setText] = useState(start);
  const id = useId();
  const canSend = !disabled && (mayBeEmpty || text.trim() !== '');
  const done = (): void => {
    if (!canSend) return;
    onDone(text);
    if (props.empties === true) setText('');
  };
  return (
    <form
      class="text-box decide"
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={1}
        value={text}
        placeholder={placeholder}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) done();
          else if (event.key === 'Escape' && onCancel !== null) onCancel();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        ref={onCancel === null ? null : focusOnce}
      />
      {note !== null && <p class="quiet">{note}</p>}
      <div class="form-actions">
        <button type="submit" class={primary ? '' : 'secondary'} disabled={!canSend} title="Ctrl+Enter">
          {action}
        </button>
        {onCancel !== null && (
          <button type="button" class="secondary" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}

/** When it appears, and not again. */
const focusOnce = (element: HTMLTextAreaElement | null): void => {
  if (element === null || element.dataset['focused'] !== undefined) return;
  element.dataset['focused'] = '';
  element.focus();
};
