/** What a person does in the table of a golden set. Arguments come from a page and are checked; each change is one edit of the document. */
import path from 'node:path';
import * as vscode from 'vscode';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { findRoot, shownPath } from '../../adapters/workspace/root.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { CaseChanges } from '../../core/golden/edit/case-change.ts';
import type { CaseColumn } from '../../core/golden/table/table-columns.ts';
import { cellChange, cellsOfText, copyId, freeCaseId, NO_CHANGES, pasteChanges, textOfCells } from '../../core/golden/table/table-edit.ts';
import { tableViewOf } from '../../core/golden/table/table-view.ts';
import type { Handlers } from '../../protocol/channel.ts';
import type { CaseRange, TableHost } from '../../protocol/golden-table.ts';
import { rangeIn } from '../window/documents.ts';
import { showError } from '../window/messages.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import { orderOf, rowsInView, textIn } from './table-rows.ts';
import type { TableDocument, TableState } from './table-state.ts';

export function tableActions(session: TableDocument): Omit<Handlers<TableHost>, 'ready'> {
  const { document, services } = session;
  /** Changes are made one after the other, each of the text that the one before left. */
  let last: Promise<unknown> = Promise.resolve();
  /** False, and a sentence for the person, when it cannot be done. */
  const tried = (work: () => Promise<boolean | void>): Promise<boolean> => {
    const done = last.then(async () => {
      try {
        return (await work()) !== false;
      } catch (error) {
        void showError(error, services);
        return false;
      }
    });
    last = done;
    return done;
  };
  const change = (changesOf: (state: TableState) => CaseChanges | null): Promise<boolean> =>
    tried(async () => {
      requireTrustToWrite();
      const state = await session.state();
      const changes = changesOf(state);
      if (changes === null) return;
      await apply(session, state, changes);
    });
  return {
    rows: async ({ from, to, view }) => rowsInView(await session.state(), tableViewOf(view), whole(from), whole(to)),
    cell: async ({ case: id, column }) => {
      const state = await session.state();
      return { text: textIn(caseIn(state, id), columnIn(state, column), state.outputs) };
    },
    edit: ({ case: id, column, text }) =>
      change((state) => {
        // What is not text must not empty a cell.
        if (typeof text !== 'string') return null;
        const changed = cellChange(caseIn(state, id), columnIn(state, column), text, true);
        return changed === null ? null : { ...NO_CHANGES, set: [changed] };
      }),
    paste: async ({ row, column, view, text }) => {
      const pasted = typeof text === 'string' ? text : await vscode.env.clipboard.readText();
      return change((state) => {
        if (pasted === '') return null;
        const order = orderOf(state, tableViewOf(view)).slice(whole(row));
        const start = state.columns.findIndex(({ id }) => id === column);
        if (start === -1) throw gone(column);
        return pasteChanges(cellsOfText(pasted), {
          cases: order.flatMap((i) => state.cases[i] ?? []),
          columns: state.columns.slice(start),
          taken: idsOf(state),
        });
      });
    },
    copy: ({ column, ...range }) =>
      tried(async () => {
        const state = await session.state();
        const shown = column === null ? state.columns : [columnIn(state, column)];
        const items = casesIn(state, range);
        const rows = items.map((item) => shown.map((each) => textIn(item, each, state.outputs)));
        // One cell is copied as it is.
        await vscode.env.clipboard.writeText(rows.length === 1 && shown.length === 1 ? (rows[0]?.[0] ?? '') : textOfCells(rows));
      }),
    add: async () => {
      let added: string | null = null;
      const isAdded = await change((state) => {
        added = freeCaseId(idsOf(state));
        const names = state.columns.flatMap(({ field }) => (field?.[0] === 'vars' ? [field[1]] : []));
        const vars = Object.fromEntries(names.map((name) => [name, '']));
        // Nothing says what is right yet: it is run and reported, and gates nothing.
        const isCsv = document.fileName.endsWith('.csv');
        return {
          ...NO_CHANGES,
          add: [{ id: added, description: null, vars, expected: null, metadata: {}, ...(isCsv ? {} : { status: 'unverified' as const }) }],
        };
      });
      return { case: isAdded ? added : null };
    },
    duplicate: (range) =>
      change((state) => {
        const taken = idsOf(state);
        const copy = casesIn(state, range).map(({ id: of }) => {
          const id = copyId(of, taken);
          taken.add(id);
          return { of, id };
        });
        return { ...NO_CHANGES, copy };
      }),
    remove: (range) => change((state) => ({ ...NO_CHANGES, remove: casesIn(state, range).map(({ id }) => id) })),
    open: ({ case: id }) =>
      tried(async () => {
        const { source } = caseIn(await session.state(), id);
        const text = await vscode.workspace.openTextDocument(document.uri);
        await vscode.window.showTextDocument(text, { selection: rangeIn(text, source.anchor), viewColumn: vscode.ViewColumn.Beside });
      }),
  };
}

/** One edit of the document, which undo takes back; saving is the person's. @throws {HumanError} */
async function apply({ document, services }: TableDocument, state: TableState, changes: CaseChanges): Promise<void> {
  const file = document.fileName;
  const root = findRoot(path.dirname(file));
  // A link to a file outside the workspace is refused.
  realPathToWrite(root, file);
  const text = document.getText();
  if (document.version !== state.version) throw changedMeanwhile(file);
  const edits = await services.engine().evaluator.editGolden({ path: shownPath(root, file), text, change: { cells: changes } });
  if (edits.length === 0) return;
  if (document.version !== state.version) throw changedMeanwhile(file);
  const made = new vscode.WorkspaceEdit();
  for (const { range, text: added } of edits) made.replace(document.uri, rangeIn(document, range), added);
  if (!(await vscode.workspace.applyEdit(made)))
    throw new HumanError('golden/not-written', `${path.basename(file)} cannot be changed.`, 'Check that it is not read-only.');
}

const changedMeanwhile = (file: string): HumanError =>
  new HumanError('golden/changed', `${path.basename(file)} changed in the meantime.`, 'Try again.');

const idsOf = ({ cases }: TableState): Set<string> => new Set(cases.map(({ id }) => id));

/** A number that a page sends. */
const whole = (given: unknown): number => (typeof given === 'number' && given > 0 ? Math.floor(given) : 0);

/** The cases between two of a view, both included. */
function casesIn(state: TableState, { first, last, view }: CaseRange): GoldenCase[] {
  const shown = orderOf(state, tableViewOf(view)).flatMap((i) => state.cases[i] ?? []);
  const ends = [first, last].map((id) => shown.indexOf(caseIn(state, id)));
  return ends.includes(-1) ? [] : shown.slice(Math.min(...ends), Math.max(...ends) + 1);
}

function caseIn({ cases }: TableState, id: unknown): GoldenCase {
  const found = cases.find((item) => item.id === id);
  if (found === undefined)
    throw new HumanError('golden/no-case', `The golden set has no case ${String(id)}.`, 'It was changed in the meantime. Try again.');
  return found;
}

function columnIn({ columns }: TableState, id: unknown): CaseColumn {
  const found = columns.find((column) => column.id === id);
  if (found === undefined) throw gone(String(id));
  return found;
}

const gone = (column: string): HumanError =>
  new HumanError(
    'golden/no-column',
    `The table has no column ${column}.`,
    `It shows ${quantity(100, 'variable')} at most. Edit the file as text.`,
  );
