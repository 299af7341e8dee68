/** What a person says about an output: a correction, a case like it, a grade. */
import { useState } from 'preact/hooks';
import type { ResultsDetail } from '../../../protocol/detail.ts';
import { Icon } from '../../controls/icon.tsx';

interface CorrectProps {
  readonly detail: ResultsDetail;
  readonly onDone: (text: string) => void;
  readonly onCancel: () => void;
}

export function CorrectionForm({ detail, onDone, onCancel }: CorrectProps) {
  // What a person graded as wrong is not proposed again.
  const [text, setText] = useState(detail.label?.grade === 'fail' ? (detail.expected ?? '') : detail.output);
  return (
    <form
      class="decide"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(text);
      }}
    >
      <label>
        Expected output
        <textarea rows={8} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} ref={focusFirst} />
      </label>
      <div class="form-actions">
        <button type="submit" disabled={text.trim() === ''}>
          Accept as expected
        </button>
        <button type="button" class="secondary" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

export function VariantForm({
  detail,
  onDone,
  onCancel,
}: {
  readonly detail: ResultsDetail;
  readonly onDone: (variables: Record<string, string>) => void;
  readonly onCancel: () => void;
}) {
  /** Only what was edited: what is too long to be shown whole stays as it is. */
  const [values, setValues] = useState<Record<string, string>>({});
  return (
    <form
      class="decide"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(values);
      }}
    >
      <p class="quiet">Adds a copy of this golden case with other variables. Fill in `expected` there.</p>
      {detail.variables.map(({ name, text, isCut }, i) => (
        <label key={name}>
          {name}
          {isCut && <span class="quiet"> (too long to edit here; kept unchanged)</span>}
          <textarea
            rows={3}
            value={values[name] ?? text}
            readOnly={isCut}
            onInput={({ currentTarget }) => setValues({ ...values, [name]: currentTarget.value })}
            ref={i === 0 ? focusFirst : null}
          />
        </label>
      ))}
      <div class="form-actions">
        <button type="submit">Add golden case</button>
        <button type="button" class="secondary" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

const GRADES = [
  ['pass', 'Pass', 'p', 'thumbsUp'],
  ['fail', 'Fail', 'f', 'thumbsDown'],
  ['unknown', 'Can’t tell', 'u', 'question'],
] as const;

export function GradeForm({
  detail,
  onGrade,
}: {
  readonly detail: ResultsDetail;
  readonly onGrade: (grade: 'pass' | 'fail' | 'unknown', note: string | null) => void;
}) {
  const [note, setNote] = useState(detail.label?.note ?? '');
  return (
    <div class="grade" role="group" aria-label="Your grade">
      <span class="grade-title">Your grade</span>
      {GRADES.map(([grade, label, key, icon]) => (
        <button
          key={grade}
          type="button"
          class="filter"
          aria-pressed={detail.label?.grade === grade}
          title={`${label} (${key} in the table)`}
          onClick={() => onGrade(grade, note.trim() === '' ? null : note)}
        >
          <Icon name={icon} /> {label}
        </button>
      ))}
      <input
        type="text"
        placeholder="Why (kept with the grade)"
        aria-label="Why"
        value={note}
        onInput={({ currentTarget }) => setNote(currentTarget.value)}
      />
      {detail.label !== null && <span class="quiet">graded by {detail.label.by}</span>}
    </div>
  );
}

/** Once, when the form opens. */
const focusFirst = (element: HTMLTextAreaElement | null): void => {
  if (element && element.dataset['focused'] === undefined) {
    element.dataset['focused'] = '';
    element.focus();
  }
};
