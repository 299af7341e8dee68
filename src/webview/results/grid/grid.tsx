/** Cases as rows, candidates as columns: a grid that is walked by arrow keys, of which only the rows in view are here. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { scoreText } from '../../../core/results/case-counts.ts';
import type { ResultsRow, ResultsSnapshot } from '../../../protocol/results.ts';
import { drag } from '../../controls/drag.ts';
import type { Density, DiffChoice, HeadSize } from '../../host.ts';
import { Icon } from '../../controls/icon.tsx';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import { CellContent, CELL_CHARACTERS } from './cell.tsx';
import { ColumnHead, nameOf } from './column-head.tsx';
import { INPUT, ROW_HEIGHT, type ShownColumn, type ShownColumns } from './layout.ts';
import { useVirtualRows, type OnView, type ScrollSpeed } from '../../controls/use-virtual-rows.ts';

export interface GridPosition {
  /** −1: the heads. */
  readonly row: number;
  /** 0: the case; then the shown columns. */
  readonly column: number;
}

export interface GridProps {
  readonly snapshot: ResultsSnapshot;
  readonly columns: ShownColumns;
  readonly rows: ReadonlyMap<number, ResultsRow>;
  readonly total: number;
  readonly density: Density;
  readonly heads: HeadSize;
  readonly diff: DiffChoice;
  readonly active: GridPosition;
  readonly onActive: (place: GridPosition) => void;
  readonly onView: OnView;
  /** Enter, or a click on the case's name. */
  readonly onOpen: (place: GridPosition) => void;
  readonly onMenu: (place: GridPosition, at: { x: number; y: number }) => void;
  /** A key that the grid itself has no use for. True: it was taken. */
  readonly onKey: (event: KeyboardEvent, place: GridPosition) => boolean;
  readonly onResize: (id: string, width: number) => void;
  /** Does what the button of a column's error says. */
  readonly onFix: (column: string, code: string) => void;
  readonly empty: string;
  /** No column has room for inputs: they stand below the case. */
  readonly inputBelow: boolean;
}

export function Grid(props: GridProps) {
  const { snapshot, columns, rows, total, density, active, onActive, onView } = props;
  const height = ROW_HEIGHT[density];
  const { scroller, fit, pace, onScroll, reveal } = useVirtualRows(height, total, onView);
  const [focused, setFocused] = useState(false);
  const pool = poolSize(fit + 10);

  const move = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const next = nextPlace(event, active, total, columns.list.length, fit);
    if (next !== null) {
      onActive(next);
      if (next.row >= 0) reveal(next.row);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (active.row === -1) props.onMenu(active, placeOf(cellId(active, pool)));
      else props.onOpen(active);
    } else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) props.onMenu(active, placeOf(cellId(active, pool)));
    else if (!props.onKey(event, active)) return;
    event.preventDefault();
  };
  useEffect(() => {
    if (active.row >= 0) reveal(active.row);
  }, [active.row, reveal]);

  /** One listener for all cells: which one it was says its id. */
  const atMouse = (event: MouseEvent, work: (place: GridPosition) => void): void => {
    const place = placeIn(event.target);
    if (place !== null) work(place);
  };
  const click = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest('.case .link')) atMouse(event, props.onOpen);
  };
  const contextMenu = (event: MouseEvent): void =>
    atMouse(event, (place) => {
      event.preventDefault();
      onActive(place);
      props.onMenu(place, { x: event.clientX, y: event.clientY });
    });

  const grid = { '--grid': columns.template, '--min': `${columns.minWidth}px`, '--row': `${height}px` };
  const visible = [...rows].filter(([index]) => index < total);
  const heads = useMemo(
    () => columns.list.map((shown, i) => <Head key={shown.id} shown={shown} place={{ row: -1, column: i + 1 }} {...props} />),
    [columns, snapshot, active.row === -1 ? active.column : -1],
  );
  return (
    <div
      class={`scroller ${density} ${pace}`}
      ref={scroller}
      onScroll={onScroll}
      onKeyDown={move}
      onMouseDown={(event) => atMouse(event, onActive)}
      onDblClick={(event) => atMouse(event, props.onOpen)}
      onClick={click}
      onContextMenu={contextMenu}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      tabIndex={0}
      role="grid"
      aria-label="Golden cases and outputs"
      aria-rowcount={total + 1}
      aria-colcount={columns.list.length + 1}
      aria-activedescendant={focused && (active.row === -1 || rows.has(active.row)) ? cellId(active, pool) : undefined}
      style={grid}
    >
      <div class={`head line ${props.heads}`} role="row" aria-rowindex={1}>
        <div role="columnheader" aria-colindex={1} id={headId(0)} class={`case${isAt(active, -1, 0) ? ' current' : ''}`}>
          Golden case
        </div>
        {heads}
      </div>
      {total === 0 && !snapshot.progress.running && !snapshot.progress.reading && (
        <div role="row" aria-rowindex={2}>
          <div role="gridcell" aria-colspan={columns.list.length + 1} class="empty">
            {props.empty}
          </div>
        </div>
      )}
      <div class="body" role="rowgroup" style={{ height: `${total * height}px` }}>
        {visible.map(([index, row]) => (
          <Row key={index % pool} index={index} row={row} height={height} pace={pace} pool={pool} {...props} />
        ))}
      </div>
    </div>
  );
}

function Head({ shown, place, ...props }: { shown: ShownColumn; place: GridPosition } & GridProps) {
  const { column, id, pinned, left } = shown;
  const { snapshot, active, onActive, onMenu } = props;
  const comparison = snapshot.comparisons.find((item) => item.b === id) ?? null;
  const current = isAt(active, -1, place.column);
  return (
    <div
      role="columnheader"
      aria-colindex={place.column + 1}
      id={headId(place.column)}
      class={`${column === null ? 'expected' : 'candidate'}${pinned ? ' pinned' : ''}${current ? ' current' : ''}`}
      style={pinned ? { left: `${left}px` } : undefined}
      aria-label={
        column === null ? titleOf(id, snapshot) : `${column.model} ${nameOf(column, snapshot.columns)}, ${scoreText(column.counts)}`
      }
      onMouseDown={() => onActive(place)}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(place, { x: event.clientX, y: event.clientY });
      }}
    >
      {column === null ? (
        titleOf(id, snapshot)
      ) : (
        <ColumnHead
          column={column}
          columns={snapshot.columns}
          comparison={comparison}
          isBaseline={snapshot.baseline === id && snapshot.comparisons.length > 0}
          onFix={snapshot.readOnly ? null : (code) => props.onFix(id, code)}
        />
      )}
      <span
        class="head-menu"
        title="Menu of this column"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          onMenu(place, { x: box.left, y: box.bottom });
        }}
      >
        <Icon name="down" />
      </span>
      <Resizer id={id} onResize={props.onResize} />
    </div>
  );
}

/** What the head of a column says that is no candidate. */
const titleOf = (id: string, { inputName }: ResultsSnapshot): string =>
  id === INPUT ? `Input: ${visibleControls(inputName ?? '')}` : 'Expected';

/** The right edge of a head, to be dragged; by keyboard the column's menu does the same. */
function Resizer({ id, onResize }: { readonly id: string; readonly onResize: GridProps['onResize'] }) {
  return (
    <span
      class="resizer"
      aria-hidden="true"
      onPointerDown={(event) => {
        const width = event.currentTarget.parentElement?.offsetWidth ?? 0;
        drag(event, (dx) => onResize(id, width + dx));
      }}
    />
  );
}

interface RowProps extends GridProps {
  readonly index: number;
  readonly row: ResultsRow;
  readonly height: number;
  readonly pace: ScrollSpeed;
  readonly pool: number;
}

function Row({ index, row, height, pace, pool, ...props }: RowProps) {
  const { columns, active, density, snapshot } = props;
  const here = (column: number): string => (isAt(active, index, column) ? ' current' : '');
  return (
    <div
      class={`line row${index === active.row ? ' active' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={index === active.row}
      style={{ transform: `translateY(${index * height}px)` }}
    >
      <div role="rowheader" class={`case${here(0)}`} id={cellId({ row: index, column: 0 }, pool)} aria-colindex={1}>
        <span class="link" title="Open this result">
          {visibleControls(row.case)}
        </span>
        {props.inputBelow && row.input !== null && <div class="description input">{visibleControls(row.input.slice(0, 200))}</div>}
        {row.description !== null && <div class="description">{visibleControls(row.description)}</div>}
        <div class="tags">
          {row.change !== null && <span class={`change ${row.change}`}>{row.change}</span>}
          {row.status !== 'active' && <span class="tag">{row.status}</span>}
          {row.critical && <span class="tag">critical</span>}
          {row.tags.slice(0, 3).map((tag) => (
            <span key={tag} class="tag plain">
              {visibleControls(tag)}
            </span>
          ))}
        </div>
      </div>
      {columns.list.map((shown, i) => {
        const style = shown.pinned ? { left: `${shown.left}px` } : undefined;
        const result = shown.at === -1 ? null : (row.cells[shown.at] ?? null);
        const kind = shown.at === -1 ? 'expected' : `cell ${result?.verdict ?? 'waiting'}`;
        return (
          <div
            role="gridcell"
            key={shown.id}
            class={`${kind}${shown.pinned ? ' pinned' : ''}${here(i + 1)}`}
            style={style}
            id={cellId({ row: index, column: i + 1 }, pool)}
            aria-colindex={i + 2}
          >
            {shown.at !== -1 ? (
              <CellContent
                cell={result}
                against={againstOf(row, shown.id, props)}
                onlyChanges={props.diff.only}
                pace={pace}
                density={density}
                isExpected={snapshot.progress.running || snapshot.progress.reading}
              />
            ) : pace === 'flying' ? null : shown.id === INPUT ? (
              <pre>{visibleControls((row.input ?? '').slice(0, CELL_CHARACTERS[density]))}</pre>
            ) : row.expected === null ? (
              <span class="quiet">by its assertions</span>
            ) : (
              <pre>{visibleControls(row.expected.slice(0, CELL_CHARACTERS[density]))}</pre>
            )}
          </div>
        );
      })}
    </div>
  );
}

/** What outputs of a column are compared with: `expected`, the id of another column, or null. */
export function againstIn(column: string, { diff, snapshot }: Pick<GridProps, 'diff' | 'snapshot'>): string | null {
  if (diff.against === 'none' || diff.against === column) return null;
  if (diff.against !== 'baseline') return diff.against;
  return snapshot.comparisons.find(({ b }) => b === column)?.a ?? null;
}

/** The text that the output of a column is compared with; null: it is shown as it is. */
function againstOf(row: ResultsRow, column: string, props: Pick<GridProps, 'diff' | 'snapshot'>): string | null {
  const against = againstIn(column, props);
  if (against === null) return null;
  if (against === 'expected') return row.expected;
  return row.cells[props.snapshot.columns.findIndex(({ id }) => id === against)]?.output ?? null;
}

/** The cell that an event happened in; null: it was in none. */
function placeIn(target: EventTarget | null): GridPosition | null {
  const cell = target instanceof Element ? target.closest('[aria-colindex]') : null;
  const row = cell?.closest('.row')?.getAttribute('aria-rowindex');
  if (cell === null || row === null || row === undefined) return null;
  return { row: Number(row) - 2, column: Number(cell.getAttribute('aria-colindex')) - 1 };
}

/** Elements are used again for other rows, and keep their ids: a row's is its place in the pool. */
const cellId = ({ row, column }: GridPosition, pool: number): string => (row === -1 ? headId(column) : `cell-${row % pool}-${column}`);
export const headId = (column: number): string => `head-${column}`;
const isAt = (active: GridPosition, row: number, column: number): boolean => active.row === row && active.column === column;

/** Where a menu of a cell opens when no mouse says it. */
function placeOf(id: string): { x: number; y: number } {
  const box = document.getElementById(id)?.getBoundingClientRect();
  return { x: (box?.left ?? 0) + 20, y: (box?.top ?? 0) + 30 };
}

function nextPlace(
  { key, ctrlKey, metaKey }: KeyboardEvent,
  { row, column }: GridPosition,
  rows: number,
  columns: number,
  fit: number,
): GridPosition | null {
  const whole = ctrlKey || metaKey;
  const down = (step: number): GridPosition => ({ row: Math.max(-1, Math.min(rows - 1, row + step)), column });
  const across = (to: number): GridPosition => ({ row, column: Math.max(0, Math.min(columns, to)) });
  switch (key) {
    case 'ArrowDown':
      return down(1);
    case 'ArrowUp':
      return down(-1);
    case 'PageDown':
      return down(Math.max(1, fit - 2));
    case 'PageUp':
      return { row: Math.max(0, row - Math.max(1, fit - 2)), column };
    case 'ArrowLeft':
      return across(column - 1);
    case 'ArrowRight':
      return across(column + 1);
    case 'Home':
      return whole ? { row: 0, column: 0 } : across(0);
    case 'End':
      return whole ? { row: rows - 1, column: columns } : across(columns);
    default:
      return null;
  }
}

/** The same for some sizes of the view, so that resizing does not make all rows anew. */
const poolSize = (rows: number): number => 16 * Math.ceil(rows / 16);
