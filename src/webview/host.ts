/** The page's end of the channel, and what it remembers over a reload: the run, and where the user looks. */
import { openChannel, type Channel } from '../protocol/channel.ts';
import type { HostMethods, PageMethods, ResultsFilter, ResultsSnapshot } from '../protocol/results.ts';

export interface PageState {
  readonly root: string | null;
  readonly runId: string | null;
  readonly filter: ResultsFilter;
  readonly scroll: number;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function connect(onChange: (snapshot: ResultsSnapshot) => void, onShow: (filter: ResultsFilter) => void): Channel<HostMethods> {
  return openChannel<PageMethods, HostMethods>(
    {
      post: (message) => api.postMessage(message),
      listen: (listener) => {
        const take = (event: MessageEvent<unknown>): void => listener(event.data);
        window.addEventListener('message', take);
        return () => window.removeEventListener('message', take);
      },
    },
    { changed: onChange, show: ({ filter }) => onShow(filter) },
  );
}

const START: PageState = { root: null, runId: null, filter: 'all', scroll: 0 };

export const readState = (): PageState => ({ ...START, ...(api.getState() as Partial<PageState> | undefined) });
export const writeState = (change: Partial<PageState>): void => api.setState({ ...readState(), ...change });
