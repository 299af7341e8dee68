/** What the suite inside the extension host tells the benchmark, a line of JSON each, as soon as it is known. */
import type { Blocks } from './blocks.ts';
import type { TypingMeasure } from './typing.ts';

/** Seconds that a run of the Test Explorer has until the window must have shown it. */
export const WINDOW_LIMIT = 300;

export interface CasesMeasure {
  readonly cases: number;
  /** Date.now() at the beginning and at the end of the measurement. */
  readonly from: number;
  readonly to: number;
  /** The window has shown everything by then; otherwise `WINDOW_LIMIT` is over. */
  readonly isShown: boolean;
  /** ms until the run had ended. */
  readonly runMs: number;
  readonly blocks: Blocks;
}

export type HostLine =
  /** ms that `activate` took. */
  | { readonly type: 'activation'; readonly activationMs: number }
  /** Nothing happens: the floor. */
  | { readonly type: 'idle'; readonly from: number; readonly to: number; readonly longestMs: number }
  | { readonly type: 'typing'; readonly typing: TypingMeasure }
  | { readonly type: 'cases'; readonly measure: CasesMeasure }
  | { readonly type: 'error'; readonly message: string };
