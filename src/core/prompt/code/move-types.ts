/** What the moves of both languages share. */
import type { TextEdit } from '../../text/text.ts';
import type { SourceText } from './read-code.ts';

export type PromptMove =
  | {
      /** The new file, from the root of the workspace. */
      readonly file: SourceText;
      /** Of the source file, in the order of its text. */
      readonly edits: readonly TextEdit[];
      /** Variables that have another name in the file. */
      readonly renamed: readonly VariableRename[];
    }
  | { readonly refused: string };

export interface VariableRename {
  readonly from: string;
  readonly to: string;
}

/** Of names by variable, those that changed. */
export const renamedIn = (names: ReadonlyMap<string, string>): VariableRename[] =>
  [...names].flatMap(([from, to]) => (from === to ? [] : [{ from, to }]));

/** What the moved prompt is made of. */
export type MovedPart = { readonly text: string } | MovedVariable;

export interface MovedVariable {
  readonly variable: string;
  /** Source of the expression that gives the value; null: another part of the program fills it. */
  readonly value: string | null;
  readonly format: string | null;
  /** As it stands in the string. */
  readonly written: string;
}
