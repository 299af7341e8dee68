/** Cases as rows, candidates as columns. Rows have one height, so that only those in view need to be here. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ResultsColumn, ResultsRow, ResultsSnapshot } from '../protocol/results.ts';
import { Cell } from './cell.tsx';
import { count, milliseconds, percent, usd } from '../core/figures.ts';
import { readState, writeState } from './host.ts';

/** px; the same as `--row` in results.css. */
const ROW = 132;

interface GridProps {
  readonly snapshot: ResultsSnapshot;
  readonly rows: ReadonlyMap<number, ResultsRow>;
  readonly onView: (from: number, to: number) => void;
  readonly onOpen: (caseId: string) => void;
}

export function Grid({ snapshot, rows, onView, onOpen }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [fit, setFit] = useState(12);
  const [active, setActive] = useState(0);

  const measure = (): void => {
    const element = scroller.current;
    if (!element) return;
    const from = Math.floor(element.scrollTop / ROW);
    const shown = Math.ceil(element.clientHeight / ROW) + 1;
    setFirst(from);
    setFit(shown);
    onView(from, from + shown);
    writeState({ scroll: element.scrollTop });
  };
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = readState().scroll;
    measure();
  }, []);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: fit - 1, PageUp: 1 - fit, Home: -active, End: snapshot.rows }[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    const next = Math.max(0, Math.min(snapshot.rows - 1, active + (step ?? 0)));
    const row = rows.get(active);
    if (event.key === 'Enter' && row) onOpen(row.case);
    setActive(next);
    const element = scroller.current;
    if (!element) return;
    if (next * ROW < element.scrollTop) element.scrollTop = next * ROW;
    else if ((next + 2) * ROW > element.scrollTop + element.clientHeight) element.scrollTop = (next + 2) * ROW - element.clientHeight;
  };

  const visible = [...rows.entries()].filter(([index]) => index >= first - 6 && index < first + fit + 6 && index < snapshot.rows);
  const columns = { '--columns': String(snapshot.columns.length) };
  return (
    <div
      class="scroller"
      ref={scroller}
      onScroll={measure}
      onKeyDown={move}
      tabIndex={0}
      role="grid"
      aria-label="Golden cases and outputs"
      aria-rowcount={snapshot.rows + 1}
      aria-colcount={snapshot.columns.length + 2}
      aria-activedescendant={`row-${active}`}
    >
      <div class="head line" role="row" aria-rowindex={1} style={columns}>
        <div role="columnheader">Golden case</div>
        <div role="columnheader">Expected</div>
        {snapshot.columns.map((column) => (
          <ColumnHead key={column.id} column={column} />
        ))}
      </div>
      {snapshot.rows === 0 && !snapshot.progress.running && <p class="empty">No case is like that. Choose All to see every case.</p>}
      <div class="body" role="rowgroup" style={{ height: `${snapshot.rows * ROW}px` }}>
        {visible.map(([index, row]) => (
          <div
            class={`line row${index === active ? ' active' : ''}`}
            role="row"
            id={`row-${index}`}
            aria-rowindex={index + 2}
            aria-selected={index === active}
            key={row.case}
            style={{ ...columns, transform: `translateY(${index * ROW}px)` }}
            onClick={() => setActive(index)}
          >
            <div role="rowheader" class="case">
              <button type="button" class="link" tabIndex={-1} onClick={() => onOpen(row.case)} title="Open this case in its golden set">
                {row.case}
              </button>
              {row.description !== null && <div class="description">{row.description}</div>}
              {row.status !== 'active' && <span class="tag">{row.status}</span>}
            </div>
            <div role="gridcell" class="expected">
              {row.expected === null ? <span class="quiet">by its assertions</span> : <pre>{row.expected}</pre>}
            </div>
            {row.cells.map((cell, i) => (
              <Cell key={snapshot.columns[i]?.id ?? i} cell={cell} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function ColumnHead({ column }: { readonly column: ResultsColumn }) {
  const { tokens } = column;
  return (
    <div role="columnheader" class="candidate">
      <div class="name" title={`${column.prompt} ${column.version}`}>
        {column.prompt} <span class="quiet">{column.ref === null ? column.version : `${column.ref.slice(0, 12)} · ${column.version}`}</span>
      </div>
      <div class="quiet" title={column.model}>
        {column.model}
      </div>
      <div class="figures">
        <span class="score">
          {column.passed}/{column.cases} passed
        </span>
        {column.passRate !== null && <span>{percent(column.passRate)}</span>}
        {column.costPerCallUsd !== null && <span title={column.price}>{usd(column.costPerCallUsd)} per call</span>}
        {tokens !== null && (
          <span title={`${count(tokens.cacheRead)} of the input tokens from the cache, as reported`}>
            {count(tokens.input)} in + {count(tokens.output)} out tokens
          </span>
        )}
        {column.ttftP50Ms !== null && <span title="time to first token, median">TTFT {milliseconds(column.ttftP50Ms)}</span>}
        {column.latencyP50Ms !== null && <span title="whole answer, median">total {milliseconds(column.latencyP50Ms)}</span>}
      </div>
    </div>
  );
}
