/** A golden set as a table. Every change is an edit of its text, which the editor undoes, redoes and saves. */
import { render } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count, quantity } from '../../core/display/figures.ts';
import { TABLE_FILTERS, WHOLE_TABLE, type TableFilter } from '../../core/golden/table/table-view.ts';
import type { CaseRange, ShownColumnOfTable, TableRow, TableSnapshot } from '../../protocol/golden-table.ts';
import { Icon } from '../controls/icon.tsx';
import { Menu, type MenuItem } from '../controls/menu.tsx';
import { SearchBox } from '../controls/search-box.tsx';
import type { EditEnd } from './cell-editor.tsx';
import { TableGrid, type EditedCell, type TablePlace } from './grid.tsx';
import { useTable, type TableStateOfPage } from './use-table.ts';

const FILTER_NAMES: Readonly<Record<TableFilter, string>> = {
  all: 'All cases',
  active: 'Active',
  'known-failing': 'Known failing',
  unverified: 'Unverified',
  failed: 'Failed last time',
  'not-run': 'Not run',
};

function GoldenTablePage() {
  const table = useTable();
  if (table.snapshot === null) return <p class="empty">Reading the golden set…</p>;
  return <Page table={table} snapshot={table.snapshot} />;
}

function Page({ table, snapshot }: { readonly table: TableStateOfPage; readonly snapshot: TableSnapshot }) {
  const { rows, total, view, setView, setRange, host } = table;
  const { columns, canEdit } = snapshot;
  const [active, setActive] = useState<TablePlace>({ row: 0, column: 0 });
  const [anchor, setAnchor] = useState(0);
  const [edited, setEdited] = useState<EditedCell | null>(null);
  const [menu, setMenu] = useState<{ items: readonly MenuItem[]; at: { x: number; y: number } } | null>(null);
  /** What was typed, until the set is read again. */
  const [pending, setPending] = useState<EditedCell | null>(null);
  useEffect(() => setPending(null), [rows]);
  const shown = useMemo(() => withPending(rows, pending), [rows, pending]);
  /** A new case that is to be shown when it is here. */
  const wanted = useRef(false);

  const activate = (place: TablePlace, extend: boolean): void => {
    setActive(place);
    if (!extend) setAnchor(place.row);
  };
  useEffect(() => {
    if (wanted.current) {
      wanted.current = false;
      activate({ row: total - 1, column: Math.min(1, columns.length - 1) }, false);
    } else if (active.row >= total) activate({ row: Math.max(0, total - 1), column: active.column }, false);
  }, [total]);

  /** The other end of the selection may be out of view by now. */
  const anchorCase = useRef<string | null>(null);
  useEffect(() => {
    const known = rows.get(anchor)?.case;
    if (known !== undefined) anchorCase.current = known;
  }, [rows, anchor]);
  const selected = (): CaseRange | null => {
    const last = rows.get(active.row)?.case;
    if (last === undefined) return null;
    return { first: anchor === active.row ? last : (rows.get(anchor)?.case ?? anchorCase.current ?? last), last, view };
  };
  const withSelected = (work: (range: CaseRange) => void): void => {
    const range = selected();
    if (range !== null) work(range);
  };
  const remove = (): void => withSelected((range) => void host.call('remove', range));
  const duplicate = (): void => withSelected((range) => void host.call('duplicate', range));
  /** `begun`: what was typed on the cell; null: its own text is edited. */
  const edit = (place: TablePlace, begun: string | null = null): void => {
    const row = rows.get(place.row);
    const column = columns[place.column];
    if (row === undefined || column === undefined) return;
    if (!column.isEditable || !canEdit) {
      void host.call('open', { case: row.case });
      return;
    }
    if (begun !== null && column.kind !== 'status') setEdited({ ...place, case: row.case, text: begun, isBegun: true });
    else
      void host
        .call('cell', { case: row.case, column: column.id })
        .then(({ text }) => setEdited({ ...place, case: row.case, text, isBegun: false }));
  };
  const endEdit = (end: EditEnd): void => {
    const cell = edited;
    setEdited(null);
    // A click elsewhere has the focus there.
    if (end?.then !== 'stay') focusGrid();
    if (cell === null || end === null) return;
    const column = columns[cell.column];
    if (column !== undefined && (cell.isBegun || end.text !== cell.text)) {
      setPending({ ...cell, text: end.text });
      void host.call('edit', { case: cell.case, column: column.id, text: end.text }).then((isDone) => isDone || setPending(null));
    }
    if (end.then === 'down') activate({ row: Math.min(total - 1, cell.row + 1), column: cell.column }, false);
    if (end.then === 'right') activate({ row: cell.row, column: Math.min(columns.length - 1, cell.column + 1) }, false);
  };
  const clear = (): void => {
    const column = columns[active.column];
    const row = rows.get(active.row);
    if (column === undefined || row === undefined) return;
    if (column.kind === 'case') remove();
    else if (column.isEditable) void host.call('edit', { case: row.case, column: column.id, text: '' });
  };
  const add = (): void => {
    setView(WHOLE_TABLE);
    void host.call('add', {}).then(({ case: added }) => {
      wanted.current = added !== null;
      focusGrid();
    });
  };
  const copy = (): void => {
    const column = columns[active.column];
    const isRows = anchor !== active.row || column?.kind === 'case';
    withSelected((range) => void host.call('copy', { ...range, column: isRows ? null : (column?.id ?? null) }));
  };
  const paste = (text: string | null): void => {
    const column = columns[active.column];
    if (canEdit && column !== undefined && active.row >= 0) void host.call('paste', { row: active.row, column: column.id, view, text });
  };
  useClipboard(copy, paste);

  const onKey = (event: KeyboardEvent, place: TablePlace): boolean => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === '/') document.getElementById('search')?.focus();
    else if (!canEdit) return false;
    else if (event.key === 'Delete' && isCommand) remove();
    else if (event.key === 'Delete' || event.key === 'Backspace') clear();
    else if (event.key.toLowerCase() === 'd' && isCommand) duplicate();
    else if (event.key === 'Insert' && !isCommand && !event.shiftKey) add();
    else if (event.key.length === 1 && event.key !== ' ' && !isCommand && !event.altKey) edit(place, event.key);
    else return false;
    return true;
  };
  const sort = (column: ShownColumnOfTable): void => {
    const now = view.sort?.column === column.id ? view.sort : null;
    const next = now === null ? { column: column.id, descending: false } : now.descending ? null : { column: column.id, descending: true };
    setView({ ...view, sort: next });
  };
  const openMenu = (place: TablePlace, at: { x: number; y: number }): void => {
    const row = rows.get(place.row);
    const column = columns[place.column];
    if (row === undefined || column === undefined) return;
    const chosen = Math.abs(anchor - active.row) + 1;
    const what = chosen > 1 ? quantity(chosen, 'case') : 'case';
    const off = !canEdit;
    setMenu({
      at,
      items: [
        { label: 'Edit', icon: 'edit', run: () => edit(place), disabled: off || !column.isEditable },
        { label: 'Copy', icon: 'copy', run: copy },
        { label: 'Paste', run: () => paste(null), disabled: off },
        { label: `Duplicate ${what}`, icon: 'add', run: duplicate, disabled: off, separated: true },
        { label: `Delete ${what}`, icon: 'trash', run: remove, disabled: off },
        { label: 'Open as text', icon: 'open', run: () => void host.call('open', { case: row.case }), separated: true },
      ],
    });
  };
  const isNarrowed = view.search !== '' || view.filter !== 'all';
  return (
    <main>
      <div class="toolbar">
        <div class="title">
          <h1>{snapshot.name}</h1>
          <div class="status quiet" role="status">
            {isNarrowed ? `${count(total)} of ${quantity(snapshot.cases, 'case')}` : quantity(snapshot.cases, 'case')}
            {snapshot.hidden > 0 && ` · ${quantity(snapshot.hidden, 'variable')} more: edit the file as text`}
            {!canEdit && snapshot.problem === null && ' · read-only in Restricted Mode'}
          </div>
        </div>
        <div class="actions">
          <button type="button" class="quiet-button" disabled={!canEdit} onClick={add}>
            <Icon name="add" /> Add case
          </button>
        </div>
      </div>
      <div class="filter-bar">
        <SearchBox
          text={view.search}
          label="Search in the cases"
          placeholder="Search"
          pause={150}
          onText={(search) => setView({ ...view, search })}
        />
        <select
          aria-label="Cases to show"
          value={view.filter}
          onChange={({ currentTarget: { value } }) =>
            setView({ ...view, filter: TABLE_FILTERS.find((filter) => filter === value) ?? 'all' })
          }
        >
          {TABLE_FILTERS.map((filter) => (
            <option key={filter} value={filter}>
              {FILTER_NAMES[filter]}
            </option>
          ))}
        </select>
      </div>
      {snapshot.problem !== null && (
        <p class="error-text table-problem" role="alert">
          {snapshot.problem}
        </p>
      )}
      <TableGrid
        name={snapshot.name}
        columns={columns}
        rows={shown}
        total={total}
        view={view}
        active={active}
        anchor={anchor}
        edited={edited}
        onActive={activate}
        onRange={setRange}
        onSort={sort}
        onEnd={endEdit}
        onEdit={edit}
        onMenu={openMenu}
        onKey={onKey}
        empty={isNarrowed ? 'No case fits the search and the filter.' : 'No case yet. Choose “Add case”, or paste rows of a spreadsheet.'}
      />
      {menu !== null && <Menu items={menu.items} at={menu.at} label="Case" onClose={() => setMenu(null)} />}
    </main>
  );
}

/** The rows with the text of one cell as a person left it. */
function withPending(rows: ReadonlyMap<number, TableRow>, pending: EditedCell | null): ReadonlyMap<number, TableRow> {
  if (pending === null) return rows;
  const changed = [...rows].map(([index, row]): [number, TableRow] => {
    if (row.case !== pending.case) return [index, row];
    const cells = row.cells.map((cell, i) => (i === pending.column ? { ...cell, text: pending.text, isCut: false } : cell));
    return [index, { ...row, cells }];
  });
  return new Map(changed);
}

const focusGrid = (): void => document.querySelector<HTMLElement>('.golden-grid')?.focus();

/** Copy and paste of the grid; fields keep their own. A page whose focus is in no field is told of a paste only when it says that it can. */
function useClipboard(copy: () => void, paste: (text: string | null) => void): void {
  const latest = useRef({ copy, paste });
  latest.current = { copy, paste };
  useEffect(() => {
    const isOurs = (): boolean => document.activeElement?.classList.contains('golden-grid') === true;
    const allow = (event: Event): void => {
      if (isOurs()) event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!isOurs()) return;
      event.preventDefault();
      latest.current.paste(event.clipboardData?.getData('text/plain') ?? null);
    };
    const onCopy = (event: Event): void => {
      if (!isOurs()) return;
      event.preventDefault();
      latest.current.copy();
    };
    document.addEventListener('beforepaste', allow);
    document.addEventListener('beforecopy', allow);
    document.addEventListener('paste', onPaste);
    document.addEventListener('copy', onCopy);
    return () => {
      document.removeEventListener('beforepaste', allow);
      document.removeEventListener('beforecopy', allow);
      document.removeEventListener('paste', onPaste);
      document.removeEventListener('copy', onCopy);
    };
  }, []);
}

const root = document.getElementById('root');
if (root) render(<GoldenTablePage />, root);
