/** What the suite of the Test Explorer tells the benchmark, a line of JSON each. After each line it waits until the benchmark has answered. */

export type Controller = 'plain' | 'goldset';

export type ExplorerLine =
  /** A run is about to begin. */
  | { readonly type: 'ready'; readonly controller: Controller; readonly tests: number; readonly host: number }
  /** The command has ended. `resultsMs`: until Goldset had all results; null: of the plain controller. */
  | { readonly type: 'ran'; readonly commandMs: number; readonly resultsMs: number | null }
  | { readonly type: 'error'; readonly message: string };

/** The file that the suite waits for after its line number `n`, the first being 1. */
export const answerFile = (lines: string, n: number): string => `${lines}.answer-${n}`;

/** How often so many tests run by each controller: a run of thousands takes long, and its processor time differs little. */
export const roundsOf = (tests: number): number => (tests > 1000 ? 2 : 3);
