/** One model: its conversation, its answer, and what can be done with it. */
import { useState } from 'preact/hooks';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { OutputFormat } from '../../protocol/detail.ts';
import type { TryAction, TryLane, TryModelGroup, TryTurn } from '../../protocol/try.ts';
import { Icon } from '../controls/icon.tsx';
import { MenuButton } from '../controls/menu.tsx';
import { LaneAnswer } from './answer.tsx';
import { Conversation } from './conversation.tsx';
import { shortModelName } from '../../core/model-id.ts';
import { effortsOf } from './lanes.ts';
import { turnsWithAnswer, type LaneRun } from './lane-run.ts';
import { ModelPicker } from './model-picker.tsx';
import { Problem } from './problem.tsx';
import { TextBox } from './text-box.tsx';
import { ToolResults } from './tool-results.tsx';

/** What became of something that a person did with an answer. */
export interface LaneNotice {
  readonly isDone: boolean;
  readonly text: string;
}

export interface LaneActions {
  readonly change: (change: Partial<Pick<TryLane, 'model' | 'effort'>>) => void;
  /** Null: it is the only one. */
  readonly remove: (() => void) | null;
  readonly converse: (turns: readonly TryTurn[]) => void;
  readonly setTurns: (turns: readonly TryTurn[]) => void;
  readonly answerTools: (results: readonly string[]) => void;
  /** Resolves with what was kept; null: the person cancelled. */
  readonly keep: (expected: string | null) => Promise<LaneNotice | null>;
  readonly copyAs: (form: 'curl' | 'typescript' | 'python') => Promise<LaneNotice>;
  readonly act: (action: TryAction) => void;
}

interface LaneProps {
  readonly lane: TryLane;
  /** From 1: two lanes may have one model. */
  readonly number: number;
  readonly run: LaneRun | null;
  readonly groups: readonly TryModelGroup[];
  readonly against: string | null;
  /** Nothing can be sent or written. */
  readonly readOnly: boolean;
  /** Some lane awaits its answer: nothing else is sent until then. */
  readonly isBusy: boolean;
  readonly actions: LaneActions;
}

const FORMATS: readonly (readonly [OutputFormat, string])[] = [
  ['text', 'Show as Text'],
  ['markdown', 'Show as Markdown'],
  ['json', 'Show as JSON'],
];
const COPIES = [
  ['curl', 'Copy as curl'],
  ['typescript', 'Copy as TypeScript'],
  ['python', 'Copy as Python'],
] as const;

export function Lane(props: LaneProps) {
  const { lane, run } = props;
  return (
    <section
      class="try-lane"
      data-lane={lane.id}
      aria-label={`Model ${props.number}: ${lane.model === '' ? 'not chosen' : shortModelName(lane.model)}`}
    >
      <LaneHead {...props} />
      {/* Another model in this place begins without a form of the one before. */}
      {run !== null && <LaneBody key={lane.id} {...props} run={run} />}
    </section>
  );
}

function LaneHead({ lane, groups, actions }: LaneProps) {
  const efforts = effortsOf(groups, lane.model);
  return (
    <div class="lane-head">
      <ModelPicker
        label={lane.model === '' ? 'Choose a model' : `Model: ${lane.model}`}
        groups={groups}
        onChoose={(model) => actions.change({ model, effort: null })}
      >
        <span class="lane-model">{lane.model === '' ? 'Choose a model' : shortModelName(lane.model)}</span> <Icon name="down" />
      </ModelPicker>
      {efforts.length > 0 && (
        <select
          aria-label="Effort"
          title="Effort"
          value={lane.effort ?? ''}
          onChange={({ currentTarget: { value } }) => actions.change({ effort: value === '' ? null : value })}
        >
          <option value="">effort: as written</option>
          {efforts.map((effort) => (
            <option key={effort} value={effort}>
              {effort}
            </option>
          ))}
        </select>
      )}
      {actions.remove !== null && (
        <button
          type="button"
          class="icon-button lane-remove"
          aria-label={`Remove ${shortModelName(lane.model)}`}
          title="Remove"
          onClick={actions.remove}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function LaneBody({ lane, number, run, against, readOnly, isBusy, actions }: LaneProps & { readonly run: LaneRun }) {
  const [format, setFormat] = useState<OutputFormat | null>(null);
  const [keeping, setKeeping] = useState(false);
  /** Of which answer. */
  const [notice, setNotice] = useState<(LaneNotice & { readonly id: string }) | null>(null);
  const [editing, setEditing] = useState(false);
  const answer = run.state === 'answered' ? run.answer : null;
  const isWaiting = answer !== null && answer.toolCalls.length > 0;
  const canGoOn = !readOnly && (run.state === 'open' || (answer !== null && answer.problem === null && !isWaiting));
  const tell = (work: Promise<LaneNotice | null>): void =>
    void work.then((told) => {
      if (told === null || answer === null) return;
      setNotice({ ...told, id: answer.id });
      if (told.isDone) setKeeping(false);
    });
  return (
    <div class="lane-body" tabIndex={0} role="region" aria-label={`Answer of model ${number}, ${shortModelName(lane.model)}`}>
      <Conversation run={run} readOnly={readOnly || isBusy} onSend={actions.converse} onTurns={actions.setTurns} />
      {editing && answer !== null ? (
        <TextBox
          label="Edit the answer"
          start={answer.text}
          action="Continue from Here"
          note="The next message continues from the edited answer. Nothing is sent yet."
          onCancel={() => setEditing(false)}
          onDone={(text) => {
            setEditing(false);
            actions.setTurns([...run.turns, { role: 'assistant', text }]);
          }}
        />
      ) : (
        <LaneAnswer run={run} format={format} against={against} />
      )}
      {answer !== null && answer.problem !== null && <Problem problem={answer.problem} onAct={actions.act} />}
      {isWaiting && !readOnly && <ToolResults key={answer.id} calls={answer.toolCalls} isBusy={isBusy} onDone={actions.answerTools} />}
      {answer !== null && !keeping && (
        <div class="detail-actions">
          {!readOnly && answer.problem === null && (
            <button type="button" class="secondary" onClick={() => setKeeping(true)}>
              <Icon name="add" /> Keep as Golden Case…
            </button>
          )}
          {answer.problem === null && (
            <MenuButton
              label="Copy as"
              icon="copy"
              items={COPIES.map(([form, label]) => ({ label, run: () => tell(actions.copyAs(form)) }))}
            />
          )}
          <MenuButton
            label="View"
            icon="more"
            items={[
              ...FORMATS.map(([value, label]) => ({
                label,
                checked: (format ?? answer.format) === value,
                run: () => setFormat(value),
              })),
              ...(canGoOn ? [{ label: 'Edit Answer and Continue', separated: true, run: () => setEditing(true) }] : []),
            ]}
          />
        </div>
      )}
      {answer !== null && keeping && (
        <KeepForm text={answer.text} onKeep={(expected) => tell(actions.keep(expected))} onCancel={() => setKeeping(false)} />
      )}
      {notice !== null && notice.id === answer?.id && (
        <p role="status">
          <span class={`badge ${notice.isDone ? 'pass' : 'fail'}`}>
            <Icon name={notice.isDone ? 'pass' : 'fail'} />
          </span>{' '}
          {visibleControls(notice.text)}
        </p>
      )}
      {canGoOn && !editing && (
        <TextBox
          label="Follow up"
          start=""
          action="Send Follow-up"
          placeholder="The next message of the user"
          empties
          onCancel={null}
          onDone={(text) => actions.converse([...turnsWithAnswer(run), { role: 'user', text }])}
        />
      )}
    </div>
  );
}

const KeepForm = ({
  text,
  onKeep,
  onCancel,
}: {
  readonly text: string;
  readonly onKeep: (expected: string | null) => void;
  readonly onCancel: () => void;
}) => (
  <div class="keep">
    <TextBox
      label="Expected output of the golden case"
      start={text}
      action="Keep Case"
      primary
      mayBeEmpty
      note="Correct the text if the answer is wrong. JSON is compared by field, other text as a whole. Leave it empty to keep the case without an expected output."
      onCancel={onCancel}
      onDone={(expected) => onKeep(expected.trim() === '' ? null : expected)}
    />
  </div>
);
