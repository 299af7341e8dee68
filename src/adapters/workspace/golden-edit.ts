/** An edit of a golden set that is not made yet. */
import type { TextEdit } from '../../core/text/text.ts';
import type { CaseChanges } from '../../core/golden/edit/case-change.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import type { JsonValue } from '../../core/json/json.ts';

export interface GoldenEdit {
  /** It may not be there. */
  readonly file: string;
  /** What the file says now, as the editor has it. */
  readonly text: string;
  readonly edits: readonly TextEdit[];
  /** The case that is written. */
  readonly case: string;
}

/** A change to a golden set, as an edit of its text. */
export interface GoldenEditJob {
  /** Shown path; its ending decides the format. */
  readonly path: string;
  readonly text: string;
  readonly change:
    | { readonly case: string; readonly expected: JsonValue }
    | { readonly add: readonly NewCase[] }
    | { readonly cells: CaseChanges };
}

/** What changes the text of a golden set; the worker thread does it. */
export interface GoldenEditor {
  /** @throws {HumanError} when the text cannot be changed safely. */
  editGolden(job: GoldenEditJob): Promise<readonly TextEdit[]>;
}
