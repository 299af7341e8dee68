/** What one lane of the playground has sent and received. Each change makes a new state; nothing here knows the page. */
import type { TryAnswer, TryTurn } from '../../protocol/try.ts';

export interface LaneRun {
  /** `running`: an answer is awaited. `interrupted`: it will not come any more. `open`: the next message is the person's. */
  readonly state: 'running' | 'answered' | 'interrupted' | 'open';
  /** What stands before the answer. */
  readonly turns: readonly TryTurn[];
  /** How many of the turns are the messages of the prompt. */
  readonly ofPrompt: number;
  /** What has arrived of the answer. */
  readonly text: string;
  readonly thinking: string;
  readonly ttftMs: number | null;
  /** What is happening instead of an answer; null: nothing to say. */
  readonly note: string | null;
  readonly answer: TryAnswer | null;
}

export type LaneEvent =
  | { readonly type: 'streamed'; readonly text: string; readonly thinking: string; readonly ttftMs: number | null }
  | { readonly type: 'waiting'; readonly note: string }
  | { readonly type: 'answered'; readonly answer: TryAnswer }
  /** No event of the request that is under way will come. */
  | { readonly type: 'ended' };

/** A lane that has just sent these turns. `ofPrompt`: how many of them are the messages of the prompt. */
export const sentLane = (turns: readonly TryTurn[], ofPrompt = turns.length): LaneRun => ({
  state: 'running',
  turns,
  ofPrompt: Math.min(ofPrompt, turns.length),
  text: '',
  thinking: '',
  ttftMs: null,
  note: null,
  answer: null,
});

/** A lane as a kept try left it: its last turn is the answer. It does not say where the prompt ends, which is before the first answer. */
export function keptLane(said: readonly TryTurn[], answer: TryAnswer): LaneRun {
  const turns = said.at(-1)?.role === 'assistant' ? said.slice(0, -1) : said;
  const first = turns.findIndex(({ role }) => role === 'assistant');
  return { ...sentLane(turns, first === -1 ? turns.length : first), state: 'answered', answer };
}

/** The lane after something happened. What arrives makes an interrupted lane run again. */
export function laneAfter(lane: LaneRun, event: LaneEvent): LaneRun {
  switch (event.type) {
    case 'streamed':
      return {
        ...lane,
        state: 'running',
        text: lane.text + event.text,
        thinking: lane.thinking + event.thinking,
        ttftMs: lane.ttftMs ?? event.ttftMs,
        note: null,
        answer: null,
      };
    case 'waiting':
      return { ...lane, state: 'running', note: event.note, answer: null };
    case 'answered':
      return { ...lane, state: 'answered', text: '', thinking: '', note: null, answer: event.answer };
    case 'ended':
      return lane.state === 'running' ? { ...lane, state: 'interrupted', note: null } : lane;
  }
}

/** Everything that was said so far, the answer with it: calls of tools stand in its text, as in a kept conversation. */
export function turnsWithAnswer({ turns, answer, text }: LaneRun): readonly TryTurn[] {
  const calls = (answer?.toolCalls ?? []).map(({ name, arguments: given }) => `→ ${name} ${given}`).join('');
  const said = (answer === null ? text : answer.text) + calls;
  return said === '' ? turns : [...turns, { role: 'assistant', text: said }];
}

/** The lane while it waits for what follows the results of its tools, one for each call. */
export const withToolResults = (lane: LaneRun, results: readonly string[]): LaneRun =>
  sentLane([...turnsWithAnswer(lane), { role: 'tool', text: results.join('') }], lane.ofPrompt);

/**
 * The conversation from an edited turn on: what was said after it is gone. The messages of the prompt stay together, so that after an
 * edited system message the prompt's user message still follows.
 */
export const turnsFromEdit = ({ turns, ofPrompt }: Pick<LaneRun, 'turns' | 'ofPrompt'>, at: number, text: string): readonly TryTurn[] =>
  turns.slice(0, Math.max(at + 1, at < ofPrompt ? ofPrompt : 0)).map((turn, i) => (i === at ? { ...turn, text } : turn));
