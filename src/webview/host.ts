/** The page's end of the channel, and what it remembers over a reload: the runs, and where the user looks. */
import { filterOf, INBOX, type InteractionFilter } from '../core/feedback/interactions/interaction-filter.ts';
import { openChannel, type Channel, type Port } from '../protocol/channel.ts';
import type { InsightsView } from '../protocol/insights.ts';
import { EVERYTHING, queryOf, type ResultsQuery } from '../protocol/query.ts';
import type { HostMethods, PageMethods, ShownRuns } from '../protocol/results.ts';
import { keepFocus } from './kept-focus.ts';

export const DENSITIES = ['compact', 'normal', 'tall'] as const;
export type Density = (typeof DENSITIES)[number];

/** `against`: what outputs are compared with: `none`, `expected`, `baseline`, or the id of a column. */
export interface DiffChoice {
  readonly against: string;
  /** Leave out what is the same. */
  readonly only: boolean;
}

/** Ids of columns; `expected` is one. */
export interface ColumnLayout {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** That a person wants to see where the page would leave them out. */
  readonly shown: readonly string[];
  readonly pinned: readonly string[];
  /** px. */
  readonly widths: Readonly<Record<string, number>>;
}

/** What the heads of columns show: one line, all figures, or what the page has room for. */
export const HEADS = ['auto', 'open', 'closed'] as const;
export type HeadSize = (typeof HEADS)[number];

export interface PageState {
  readonly runs: ShownRuns | null;
  readonly query: ResultsQuery;
  readonly scroll: number;
  readonly density: Density;
  readonly diff: DiffChoice;
  readonly layout: ColumnLayout;
  readonly heads: HeadSize;
  /** The result in the side pane. */
  readonly detail: { readonly case: string; readonly column: string } | null;
  /** px of the side pane. */
  readonly pane: number;
  readonly panel: 'plots' | 'runs' | null;
  /** Outputs are labelled one at a time, without what a judge said. */
  readonly labelling: boolean;
  /** Of the page of interactions: what it filters by. */
  readonly filter: InteractionFilter;
  /** Of the page of insights: what it shows, and of which folder. */
  readonly insights: InsightsView;
  readonly folder: string | null;
  /** Of the playground, by prompt: the page that wrote it knows how to read it. */
  readonly tries: Readonly<Record<string, unknown>>;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();
keepFocus();

/** How a page hears the extension. */
export const pagePort: Port = {
  post: (message) => api.postMessage(message),
  listen: (listener) => {
    const take = (event: MessageEvent<unknown>): void => listener(event.data);
    window.addEventListener('message', take);
    return () => window.removeEventListener('message', take);
  },
};

export const connect = (handlers: {
  readonly changed: (args: Parameters<PageMethods['changed']>[0]) => void;
  readonly show: (args: { readonly query: ResultsQuery }) => void;
  readonly focus: () => void;
  readonly labelBlind: () => void;
}): Channel<HostMethods> => openChannel<PageMethods, HostMethods>(pagePort, handlers);

export const NO_LAYOUT: ColumnLayout = { order: [], hidden: [], shown: [], pinned: [], widths: {} };

export const START: PageState = {
  runs: null,
  query: EVERYTHING,
  scroll: 0,
  density: 'normal',
  diff: { against: 'none', only: false },
  layout: NO_LAYOUT,
  heads: 'auto',
  detail: null,
  pane: 460,
  panel: null,
  labelling: false,
  filter: INBOX,
  insights: { by: 'type', window: null },
  folder: null,
  tries: {},
};

/** Remembered states of other versions of the page lack what they did not know. */
export function readState(): PageState {
  const known = api.getState() as Partial<PageState> | undefined;
  return { ...START, ...known, layout: { ...NO_LAYOUT, ...known?.layout }, query: queryOf(known?.query), filter: filterOf(known?.filter) };
}

export const writeState = (change: Partial<PageState>): void => api.setState({ ...readState(), ...change });
