/** What the rules for calls and formats use of the reader of texts. */
import type { PrintRule } from '../document.ts';
import type { DraftHole, DraftPart, Located } from './draft.ts';
import type { Resolver } from './resolver.ts';

export interface PartsReader {
  readonly resolver: Resolver;
  /** The parts of a text; what is not known is one hole. `print`: how a value is printed there. */
  parts(located: Located, print: PrintRule): DraftPart[];
  /** Null: the expression is not a text that can be read. */
  text(located: Located): DraftPart[] | null;
  /** `name`: a field of a format string has its own. */
  hole(located: Located, print: PrintRule, given?: HoleOptions): DraftHole;
}

export interface HoleOptions {
  readonly name?: string;
  readonly format?: string | null;
  readonly source?: DraftHole['source'];
}
