/** What was said before the answer: the messages of the prompt folded, follow-ups open. Each can be edited, and the conversation goes on from there. */
import { useState } from 'preact/hooks';
import { quantity } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { Icon } from '../controls/icon.tsx';
import type { TryTurn } from '../../protocol/try.ts';
import { turnsFromEdit, type LaneRun } from './lane-run.ts';
import { TextBox } from './text-box.tsx';

interface ConversationProps {
  readonly run: LaneRun;
  readonly readOnly: boolean;
  /** The last turn is a message of the user, which is sent. */
  readonly onSend: (turns: readonly TryTurn[]) => void;
  /** The next message is the person's. */
  readonly onTurns: (turns: readonly TryTurn[]) => void;
}

/** Characters of a turn that are shown. */
const MOST = 20_000;

export function Conversation({ run, readOnly, onSend, onTurns }: ConversationProps) {
  const { turns, ofPrompt } = run;
  const [editing, setEditing] = useState<number | null>(null);
  const shown = (turn: TryTurn, at: number) => {
    if (editing !== at) return <Turn key={at} turn={turn} onEdit={readOnly ? null : () => setEditing(at)} />;
    const left = turnsFromEdit(run, at, turn.text);
    const sends = left.at(-1)?.role === 'user';
    return (
      <TextBox
        key={at}
        label={`Edit the ${NAMES[turn.role]}`}
        start={turn.text}
        action={sends ? 'Send from Here' : 'Continue from Here'}
        note={left.length < turns.length ? 'What was said after it is removed here; the history keeps it.' : null}
        onCancel={() => setEditing(null)}
        onDone={(text) => {
          setEditing(null);
          (sends ? onSend : onTurns)(turnsFromEdit(run, at, text));
        }}
      />
    );
  };
  return (
    <>
      {ofPrompt > 0 && (
        <details class="sent-messages">
          <summary class="quiet">{quantity(ofPrompt, 'message')} sent</summary>
          {turns.slice(0, ofPrompt).map(shown)}
        </details>
      )}
      {turns.slice(ofPrompt).map((turn, i) => shown(turn, ofPrompt + i))}
    </>
  );
}

const NAMES: Readonly<Record<TryTurn['role'], string>> = {
  system: 'system message',
  user: 'user message',
  assistant: 'answer',
  tool: 'tool result',
};

function Turn({ turn: { role, text }, onEdit }: { readonly turn: TryTurn; readonly onEdit: (() => void) | null }) {
  const left = text.length - MOST;
  return (
    <div class={`turn ${role}`}>
      <div class="turn-head">
        <span class="role">{role}</span>
        {onEdit !== null && (
          <button type="button" class="icon-button" aria-label={`Edit this ${NAMES[role]}`} title="Edit" onClick={onEdit}>
            <Icon name="edit" />
          </button>
        )}
      </div>
      <pre>{visibleControls(text.slice(0, MOST))}</pre>
      {left > 0 && <span class="quiet">… {quantity(left, 'more character')}</span>}
    </div>
  );
}
