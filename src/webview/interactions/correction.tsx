/** A person says what the output should have been. */
import { useState } from 'preact/hooks';
import type { ShownInteraction } from '../../protocol/interactions.ts';

interface CorrectionProps {
  readonly shown: ShownInteraction;
  readonly onDone: (text: string) => void;
  readonly onCancel: () => void;
}

export function Correction({ shown, onDone, onCancel }: CorrectionProps) {
  // What was flagged is not proposed as what is right.
  const [text, setText] = useState(shown.correction?.text ?? '');
  const done = (): void => {
    if (text.trim() !== '') onDone(text);
  };
  return (
    <form
      class="decide"
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <label>
        What the output should have been
        <textarea
          rows={5}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) done();
            else if (event.key === 'Escape') onCancel();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
          ref={focusFirst}
        />
      </label>
      <p class="quiet">
        The correction is stored with the record and becomes `expected` in a golden case. JSON is compared by field, anything else as text.
      </p>
      <div class="form-actions">
        <button type="submit" disabled={text.trim() === ''} title="Ctrl+Enter">
          Save correction
        </button>
        <button type="button" class="secondary" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Once, when it appears. */
const focusFirst = (element: HTMLTextAreaElement | null): void => {
  if (element !== null && element.dataset['seen'] === undefined) {
    element.dataset['seen'] = '';
    element.focus();
  }
};
