/** What the lanes of the playground received while its page was not there: a page that was hidden is told again when it is back. */
import type { TryAnswer, TryPage } from '../../protocol/try.ts';

type Told = { readonly [K in keyof TryPage]: (args: Parameters<TryPage[K]>[0]) => void };
type Streamed = Omit<Parameters<TryPage['streamed']>[0], 'lane'>;

interface Received {
  stream: Streamed;
  note: string | null;
  answer: TryAnswer | null;
}

export class LaneReplay {
  private readonly lanes = new Map<string, Received>();

  /** These lanes were sent: what they received before is over. */
  begin(ids: readonly string[]): void {
    for (const id of ids) this.lanes.set(id, { stream: { text: '', thinking: '', ttftMs: null }, note: null, answer: null });
  }

  streamed({ lane, text, thinking, ttftMs }: Parameters<TryPage['streamed']>[0]): void {
    const known = this.lanes.get(lane);
    if (known === undefined) return;
    const { stream } = known;
    known.stream = { text: stream.text + text, thinking: stream.thinking + thinking, ttftMs: stream.ttftMs ?? ttftMs };
    known.note = null;
  }

  waiting({ lane, note }: Parameters<TryPage['waiting']>[0]): void {
    const known = this.lanes.get(lane);
    if (known !== undefined) known.note = note;
  }

  /** `isSeen`: a page is there and has it, so that it is not told again. */
  answered(answer: TryAnswer, isSeen: boolean): void {
    const known = this.lanes.get(answer.lane);
    if (isSeen) this.lanes.delete(answer.lane);
    else if (known !== undefined) known.answer = answer;
  }

  /** Nothing was sent, so nothing will come. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.lanes.delete(id);
  }

  clear(): void {
    this.lanes.clear();
  }

  /** Tells a page that begins with what it remembers. */
  tell(page: Told): void {
    for (const [lane, { stream, note, answer }] of [...this.lanes]) {
      if (answer !== null) {
        page.answered(answer);
        this.lanes.delete(lane);
        continue;
      }
      page.streamed({ lane, ...stream });
      if (note !== null) page.waiting({ lane, note });
    }
  }
}
