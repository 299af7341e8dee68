/** Cases as rows and their parts as columns: a grid that is walked by arrow keys and edited in place; only the rows in view are here. */
import { useEffect, useState } from 'preact/hooks';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { ShownColumnOfTable, TableRow } from '../../protocol/golden-table.ts';
import type { TableView } from '../../core/golden/table/table-view.ts';
import { Icon } from '../controls/icon.tsx';
import { useVirtualRows } from '../controls/use-virtual-rows.ts';
import { CellEditor, type EditEnd } from './cell-editor.tsx';
import { TableCellContent } from './table-cell.tsx';

export interface TablePlace {
  /** −1: the heads. */
  readonly row: number;
  readonly column: number;
}

export interface EditedCell extends TablePlace {
  readonly case: string;
  readonly text: string;
  /** A key was typed, whose text is the beginning of another one. */
  readonly isBegun: boolean;
}

interface TableGridProps {
  readonly name: string;
  readonly columns: readonly ShownColumnOfTable[];
  readonly rows: ReadonlyMap<number, TableRow>;
  readonly total: number;
  readonly view: TableView;
  readonly active: TablePlace;
  /** The other end of the selected rows. */
  readonly anchor: number;
  readonly edited: EditedCell | null;
  readonly onActive: (place: TablePlace, extend: boolean) => void;
  readonly onRange: (from: number, to: number) => void;
  readonly onSort: (column: ShownColumnOfTable) => void;
  readonly onEnd: (end: EditEnd) => void;
  /** Enter, F2 or a double click. */
  readonly onEdit: (place: TablePlace) => void;
  readonly onMenu: (place: TablePlace, at: { readonly x: number; readonly y: number }) => void;
  /** A key that the grid has no use for. True: it was taken. */
  readonly onKey: (event: KeyboardEvent, place: TablePlace) => boolean;
  readonly empty: string;
}

/** px; two lines. */
const HEIGHT = 52;
const WIDTHS: Readonly<Record<ShownColumnOfTable['kind'], string>> = {
  case: '160px',
  description: 'minmax(140px, 1fr)',
  variable: 'minmax(180px, 2fr)',
  expected: 'minmax(160px, 2fr)',
  assertions: 'minmax(140px, 1fr)',
  group: '110px',
  status: '120px',
  output: 'minmax(180px, 2fr)',
};
const MIN_WIDTHS: Readonly<Record<ShownColumnOfTable['kind'], number>> = {
  case: 160,
  description: 140,
  variable: 180,
  expected: 160,
  assertions: 140,
  group: 110,
  status: 120,
  output: 180,
};

export function TableGrid(props: TableGridProps) {
  const { columns, rows, total, active, anchor, view, onActive, onRange } = props;
  const { scroller, fit, pace, onScroll, reveal } = useVirtualRows(HEIGHT, total, onRange);
  const [focused, setFocused] = useState(false);
  useEffect(() => {
    if (active.row >= 0) reveal(active.row);
  }, [active.row, reveal]);
  useEffect(() => document.getElementById(cellId(active))?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [active.column]);

  const move = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const next = nextPlace(event, active, total, columns.length, fit);
    if (next !== null) onActive(next, event.shiftKey && ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown'].includes(event.key));
    else if (event.key === 'Enter' || event.key === 'F2') {
      const column = columns[active.column];
      if (active.row >= 0) props.onEdit(active);
      else if (column !== undefined) props.onSort(column);
    } else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) props.onMenu(active, pointOf(cellId(active)));
    else if (!props.onKey(event, active)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const atMouse = (event: MouseEvent, work: (place: TablePlace) => void): void => {
    const place = placeIn(event.target);
    if (place !== null) work(place);
  };
  const isSelected = (row: number): boolean => row >= Math.min(anchor, active.row) && row <= Math.max(anchor, active.row);
  const minWidth = columns.reduce((sum, { kind }) => sum + MIN_WIDTHS[kind], 0);
  const grid = { '--grid': columns.map(({ kind }) => WIDTHS[kind]).join(' '), '--min': `${minWidth}px`, '--row': `${HEIGHT}px` };
  const visible = [...rows].filter(([index]) => index < total);
  return (
    <div
      class={`scroller golden-grid ${pace}`}
      ref={scroller}
      onScroll={onScroll}
      onKeyDown={move}
      onMouseDown={(event) => {
        if (!isEditor(event.target)) atMouse(event, (place) => onActive(place, event.shiftKey && place.row >= 0));
      }}
      onDblClick={(event) => {
        if (!isEditor(event.target)) atMouse(event, (place) => place.row >= 0 && props.onEdit(place));
      }}
      onContextMenu={(event) =>
        atMouse(event, (place) => {
          event.preventDefault();
          if (!isSelected(place.row)) onActive(place, false);
          props.onMenu(place, { x: event.clientX, y: event.clientY });
        })
      }
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      tabIndex={0}
      role="grid"
      aria-label={`Golden cases of ${props.name}`}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-activedescendant={focused && (active.row === -1 || rows.has(active.row)) ? cellId(active) : undefined}
      style={grid}
    >
      <div class="head line" role="row" aria-rowindex={1}>
        {columns.map((column, i) => (
          <div
            key={column.id}
            id={cellId({ row: -1, column: i })}
            role="columnheader"
            aria-colindex={i + 1}
            aria-sort={view.sort?.column !== column.id ? 'none' : view.sort.descending ? 'descending' : 'ascending'}
            class={`table-head ${column.kind}${active.row === -1 && active.column === i ? ' current' : ''}`}
            title="Sort the view; the order of the file stays"
            onClick={() => props.onSort(column)}
          >
            {visibleControls(column.title)}
            {view.sort?.column === column.id && <Icon name={view.sort.descending ? 'down' : 'up'} />}
          </div>
        ))}
      </div>
      {total === 0 && (
        <div role="row" aria-rowindex={2}>
          <div role="gridcell" aria-colspan={columns.length} class="empty">
            {props.empty}
          </div>
        </div>
      )}
      <div class="body" role="rowgroup" style={{ height: `${total * HEIGHT}px` }}>
        {visible.map(([index, row]) => (
          <Row key={row.case} index={index} row={row} selected={isSelected(index)} {...props} />
        ))}
      </div>
    </div>
  );
}

function Row({
  index,
  row,
  selected,
  columns,
  active,
  edited,
  onEnd,
}: TableGridProps & { index: number; row: TableRow; selected: boolean }) {
  return (
    <div
      class={`line row${selected ? ' active' : ''}${edited?.case === row.case ? ' editing' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      style={{ transform: `translateY(${index * HEIGHT}px)` }}
    >
      {columns.map((column, i) => {
        const isEdited = edited !== null && edited.case === row.case && edited.column === i;
        const isCurrent = active.row === index && active.column === i;
        return (
          <div
            key={column.id}
            id={cellId({ row: index, column: i })}
            role={column.kind === 'case' ? 'rowheader' : 'gridcell'}
            aria-colindex={i + 1}
            aria-readonly={!column.isEditable}
            class={`table-cell ${column.kind}${isCurrent ? ' current' : ''}${isEdited ? ' edited' : ''}`}
          >
            {isEdited ? (
              <CellEditor
                text={edited.text}
                kind={column.kind}
                isBegun={edited.isBegun}
                label={`${column.title} of ${row.case}`}
                onEnd={onEnd}
              />
            ) : (
              <div class="clip">
                <TableCellContent column={column} cell={row.cells[i]} row={row} />
              </div>
            )}
          </div>
        );
      })}
    </div>
  );
}

const isEditor = (target: EventTarget | null): boolean => target instanceof Element && target.closest('.cell-editor') !== null;

function placeIn(target: EventTarget | null): TablePlace | null {
  const cell = target instanceof Element ? target.closest('[aria-colindex]') : null;
  const row = cell?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex');
  if (cell === null || row === null || row === undefined) return null;
  return { row: Number(row) - 2, column: Number(cell.getAttribute('aria-colindex')) - 1 };
}

const cellId = ({ row, column }: TablePlace): string => `table-${row}-${column}`;

/** Where a menu of a cell opens when no mouse says it. */
function pointOf(id: string): { x: number; y: number } {
  const box = document.getElementById(id)?.getBoundingClientRect();
  return { x: (box?.left ?? 0) + 20, y: (box?.top ?? 0) + 26 };
}

function nextPlace(event: KeyboardEvent, { row, column }: TablePlace, rows: number, columns: number, fit: number): TablePlace | null {
  const whole = event.ctrlKey || event.metaKey;
  const down = (to: number): TablePlace => ({ row: Math.max(-1, Math.min(rows - 1, to)), column });
  const across = (to: number): TablePlace => ({ row, column: Math.max(0, Math.min(columns - 1, to)) });
  switch (event.key) {
    case 'ArrowDown':
      return down(whole ? rows - 1 : row + 1);
    case 'ArrowUp':
      return down(whole ? 0 : row - 1);
    case 'PageDown':
      return down(row + Math.max(1, fit - 2));
    case 'PageUp':
      return { row: Math.max(0, row - Math.max(1, fit - 2)), column };
    case 'ArrowLeft':
      return across(column - 1);
    case 'ArrowRight':
      return across(column + 1);
    case 'Home':
      return whole ? { row: 0, column: 0 } : across(0);
    case 'End':
      return whole ? { row: rows - 1, column: columns - 1 } : across(columns - 1);
    default:
      return null;
  }
}
