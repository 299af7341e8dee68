/** An edit of a golden set that is not made yet, and where a golden set goes that is not there yet. */
import type { TextEdit } from '../../core/text.ts';

export interface GoldenEdit {
  /** It may not be there. */
  readonly file: string;
  /** What the file says now, as the editor has it. */
  readonly text: string;
  readonly edits: readonly TextEdit[];
  /** The case that is written. */
  readonly case: string;
}

/** Where the golden set of a prompt goes that has none. */
export const defaultGolden = (file: string): string => file.replace(/(?:\.prompt\.ya?ml|\.prompt)$/, '.golden.yaml');
