/** What a person says about one output by one criterion. */
import { visibleControls } from '../../core/display/visible-controls.ts';
import { count } from '../../core/display/figures.ts';
import { CAUSES, type LabelCause, type LabelRecord } from '../../core/judge/labels/label-record.ts';
import type { LabelTask } from '../../protocol/labelling.ts';
import { Icon } from '../controls/icon.tsx';

/** What is not kept yet. */
export interface LabelDraft {
  readonly grade: LabelRecord['grade'] | null;
  readonly cause: LabelCause | null;
  readonly failureMode: string | null;
  readonly critique: string | null;
}

export const NO_DRAFT: LabelDraft = { grade: null, cause: null, failureMode: null, critique: null };

const CHOICES = [
  ['pass', 'Pass', 'p', 'thumbsUp'],
  ['fail', 'Fail', 'f', 'thumbsDown'],
  ['unknown', 'Can’t tell', 'u', 'question'],
] as const;

/** Failure modes that have a key. */
const WITH_KEYS = 9;

interface LabelFormProps {
  /** Null: the person's own judgement. */
  readonly criterion: string | null;
  /** Of several criteria; empty: there is one. */
  readonly place: string;
  /** What this person said before. */
  readonly before: LabelRecord['grade'] | null;
  readonly modes: LabelTask['modes'];
  readonly draft: LabelDraft;
  readonly onDraft: (draft: LabelDraft) => void;
  readonly onNext: () => void;
  /** Null: this is the first one. */
  readonly onBack: (() => void) | null;
}

export function LabelForm({ criterion, place, before, modes, draft, onDraft, onNext, onBack }: LabelFormProps) {
  return (
    <form
      class="label-form"
      aria-label="Your label"
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <h2>Criterion {place}</h2>
      {criterion === null ? (
        <p class="quiet">No judge graded this output by a criterion that is still in the golden set. Grade it by your own judgement.</p>
      ) : (
        <pre class="criterion">{visibleControls(criterion)}</pre>
      )}
      <div class="grade" role="group" aria-label="Grade">
        {CHOICES.map(([grade, title, key, icon]) => (
          <button
            key={grade}
            type="button"
            class="filter"
            aria-pressed={draft.grade === grade}
            onClick={() => onDraft({ ...draft, grade: draft.grade === grade ? null : grade })}
          >
            <Icon name={icon} /> {title} <kbd>{key}</kbd>
          </button>
        ))}
        {before !== null && <span class="quiet">you said {before} before</span>}
      </div>
      {modes.length > 0 && (
        <div class="modes" role="group" aria-label="Failure modes">
          {modes.slice(0, WITH_KEYS).map(({ mode, count: times }, i) => (
            <button
              key={mode}
              type="button"
              class="filter"
              aria-pressed={draft.failureMode === mode}
              onClick={() => onDraft({ ...draft, grade: draft.grade ?? 'fail', failureMode: draft.failureMode === mode ? null : mode })}
            >
              <kbd>{i + 1}</kbd> {visibleControls(mode)} <span class="count">{count(times)}</span>
            </button>
          ))}
        </div>
      )}
      <label>
        Failure mode, in your words (m)
        <input
          id="failure-mode"
          type="text"
          value={draft.failureMode ?? ''}
          onInput={({ currentTarget }) => onDraft({ ...draft, failureMode: currentTarget.value === '' ? null : currentTarget.value })}
        />
      </label>
      <label>
        Why (w)
        <textarea
          id="critique"
          rows={3}
          value={draft.critique ?? ''}
          onInput={({ currentTarget }) => onDraft({ ...draft, critique: currentTarget.value === '' ? null : currentTarget.value })}
        />
      </label>
      <label>
        Cause
        <select
          value={draft.cause ?? ''}
          onChange={({ currentTarget }) => onDraft({ ...draft, cause: CAUSES.find((cause) => cause === currentTarget.value) ?? null })}
        >
          <option value="">not said</option>
          {CAUSES.map((cause) => (
            <option key={cause} value={cause}>
              {cause}
            </option>
          ))}
        </select>
      </label>
      <div class="form-actions">
        <button type="submit">{draft.grade === null ? 'Skip' : 'Keep and next'} (Ctrl+Enter)</button>
        {onBack !== null && (
          <button type="button" class="secondary" onClick={onBack}>
            Back (←)
          </button>
        )}
      </div>
    </form>
  );
}
