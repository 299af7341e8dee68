/** What the parts of a table share: its document, and the set as the table knows it. */
import type * as vscode from 'vscode';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { CaseColumn } from '../../core/golden/table/table-columns.ts';
import type { LastOutput } from '../../engine/runs/last-outputs.ts';
import type { Services } from '../window/services.ts';

/** The set as the table knows it. */
export interface TableState {
  readonly cases: readonly GoldenCase[];
  readonly columns: readonly CaseColumn[];
  readonly outputs: ReadonlyMap<string, LastOutput>;
  /** Why the file cannot be read; null: it can. */
  readonly problem: string | null;
  /** Version of the document. */
  readonly version: number;
  /** The order of the last view: sorting ten thousand cases for each step of scrolling would be felt. */
  readonly shown: { key: string; order: readonly number[] };
}

export interface TableDocument {
  readonly document: vscode.TextDocument;
  readonly services: Services;
  /** As the document is now. */
  state(): Promise<TableState>;
}
