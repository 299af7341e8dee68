/** What the table of a golden set and the extension tell each other. The page holds only the rows in view. */
import type { ColumnKind } from '../core/golden/table/table-columns.ts';
import type { TableView } from '../core/golden/table/table-view.ts';

export interface ShownColumnOfTable {
  readonly id: string;
  readonly kind: ColumnKind;
  readonly title: string;
  readonly isEditable: boolean;
}

export interface TableCell {
  /** As much of it as a row shows. */
  readonly text: string;
  readonly isCut: boolean;
  /** The text stands for itself, although it looks like a file or a template. */
  readonly isLiteral: boolean;
  /** It is not text. */
  readonly isData: boolean;
}

export interface TableRow {
  readonly case: string;
  /** In the order of the columns. */
  readonly cells: readonly TableCell[];
  /** Why the case cannot be judged as it is written; null: it can. */
  readonly problem: string | null;
  /** Of the last output; null: it did not run. */
  readonly output: {
    readonly verdict: 'pass' | 'fail' | 'error' | 'unjudged';
    readonly model: string;
    readonly isOlder: boolean;
    readonly when: string;
  } | null;
}

export interface TableSnapshot {
  readonly name: string;
  readonly columns: readonly ShownColumnOfTable[];
  /** Cases of the set. */
  readonly cases: number;
  /** Why the file cannot be read or edited; null: it can. */
  readonly problem: string | null;
  readonly canEdit: boolean;
  /** Variables that have no column of their own. */
  readonly hidden: number;
}

export interface TableRows {
  readonly from: number;
  /** Cases that the view shows. */
  readonly total: number;
  readonly rows: readonly TableRow[];
}

export interface CellPlace {
  readonly case: string;
  readonly column: string;
}

/** Cases that stand together in a view, from one to another. */
export interface CaseRange {
  readonly first: string;
  readonly last: string;
  readonly view: TableView;
}

/** Handled by the extension. */
export interface TableHost {
  ready(args: Record<string, never>): TableSnapshot;
  rows(args: { from: number; to: number; view: TableView }): TableRows;
  /** All of a cell. */
  cell(args: CellPlace): { text: string };
  /** False: it was refused, and the person was told why. */
  edit(args: CellPlace & { text: string }): boolean;
  /** `text` null: what the clipboard holds. From this row of the view and this column. */
  paste(args: { row: number; column: string; view: TableView; text: string | null }): boolean;
  /** To the clipboard. `column` null: whole rows. */
  copy(args: CaseRange & { column: string | null }): boolean;
  /** At the end of the set; the id of the new case, or null. */
  add(args: Record<string, never>): { case: string | null };
  duplicate(args: CaseRange): boolean;
  remove(args: CaseRange): boolean;
  /** In the text editor. */
  open(args: { case: string }): boolean;
}

/** Handled by the page. */
export interface TablePage {
  changed(args: { snapshot: TableSnapshot }): void;
}
