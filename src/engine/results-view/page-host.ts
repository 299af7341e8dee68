/** The extension's end of a page: answers with snapshots and rows, and tells what has changed, many changes at once. */
import { openChannel, type Channel, type Handlers, type Port } from '../../protocol/channel.ts';
import { EVERYTHING, queryOf, type ResultsQuery } from '../../protocol/query.ts';
import type { HostMethods, PageMethods, ResultsSnapshot, RowWindow } from '../../protocol/results.ts';
import type { ResultsView } from './results-view.ts';

/** ms between two messages to the page while something goes on. */
const FRAME = 80;
/** Rows that a page can ask for at once. */
const MAX_ROWS = 200;
const NOTHING: ResultsSnapshot = {
  runs: null,
  columns: [],
  cases: 0,
  rows: 0,
  inputName: null,
  facets: [],
  verdict: null,
  comparisons: [],
  baseline: null,
  readOnly: false,
  progress: {
    done: 0,
    samples: 0,
    running: false,
    reading: false,
    reused: 0,
    canResume: false,
    spentUsd: null,
    isScripted: false,
    projectedUsd: null,
    perSecond: null,
    leftMs: null,
    waiting: null,
  },
};

export class PageHost {
  view: ResultsView | null = null;
  private channel: Channel<PageMethods> | null = null;
  private query: ResultsQuery = EVERYTHING;
  /** What a command wants to be seen, before the page was ready. */
  private wanted: ResultsQuery | null = null;
  private window = { from: 0, to: 0, glance: false };
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** The page labels from its first look on. */
  private labels = false;

  /** `onRows`: hears which rows the page has, with the verdicts in them. */
  constructor(private readonly onRows: (view: ResultsView, rows: RowWindow) => void = () => undefined) {}

  /** From now on this page; one before it is let go. */
  connect(port: Port, actions: Omit<Handlers<HostMethods>, 'ready' | 'rows'>): void {
    this.detach();
    this.channel = openChannel<HostMethods, PageMethods>(port, {
      ...actions,
      ready: ({ query }) => {
        this.query = this.wanted ?? queryOf(query);
        if (this.wanted !== null) setTimeout(() => this.channel?.tell('show', { query: this.query }), 0);
        this.wanted = null;
        if (this.labels) this.labelBlind();
        return this.snapshot();
      },
      rows: ({ from, to, query, glance }) => {
        this.query = queryOf(query);
        const start = wholeNumber(from);
        this.window = { from: start, to: Math.min(wholeNumber(to), start + MAX_ROWS), glance };
        return this.rows() ?? { from: start, total: 0, rows: [] };
      },
    });
  }

  /** The page was closed; what it showed stays. */
  detach(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.channel?.close();
    this.channel = null;
    this.window = { from: 0, to: 0, glance: false };
  }

  /** Rows that a command wants to be seen. */
  showRows(query: ResultsQuery): void {
    if (this.channel === null) this.wanted = query;
    else this.channel.tell('show', { query });
  }

  focus(): void {
    this.channel?.tell('focus', {});
  }

  /** The page, or the next one that opens, lets its person label. */
  labelBlind(): void {
    this.labels = this.channel === null;
    if (this.channel !== null) setTimeout(() => this.channel?.tell('labelBlind', {}), 0);
  }

  /** No rows are sent until the page asks for some. */
  withoutRows(): void {
    this.window = { from: 0, to: 0, glance: false };
  }

  /** Soon, and together with whatever else changes until then. */
  changed(): void {
    if (this.channel !== null) this.timer ??= setTimeout(() => this.tell(), FRAME);
  }

  private tell(): void {
    this.timer = null;
    this.channel?.tell('changed', { snapshot: this.snapshot(), window: this.window.to > 0 ? this.rows() : null });
  }

  private snapshot(): ResultsSnapshot {
    return this.view?.snapshot(this.query) ?? NOTHING;
  }

  private rows(): RowWindow | null {
    const { view } = this;
    if (view === null) return null;
    const rows = view.rows(this.window, this.query);
    this.onRows(view, rows);
    return rows;
  }
}

const wholeNumber = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0);
