/** The state of the page of insights: what the extension has read, and what the person wants to see. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { openChannel, type Channel } from '../../protocol/channel.ts';
import type { InsightsHost, InsightsPage, InsightsSnapshot, InsightsView } from '../../protocol/insights.ts';
import { pagePort } from '../host.ts';
import { useRemembered } from '../controls/use-remembered.ts';

export interface InsightsState {
  /** Null: it is being read for the first time. */
  readonly snapshot: InsightsSnapshot | null;
  readonly view: InsightsView;
  readonly reading: boolean;
  /** Why there is nothing to see. */
  readonly problem: string | null;
  readonly setView: (view: InsightsView) => void;
  readonly setFolder: (folder: string) => void;
  /** A source of goldset.yaml; null: the files in the folder. A page that is loaded again shows files: nothing is sent without a click. */
  readonly source: string | null;
  readonly setSource: (source: string | null) => void;
  readonly readAgain: () => void;
  readonly host: Channel<InsightsHost>;
}

export function useInsights(): InsightsState {
  const [snapshot, setSnapshot] = useState<InsightsSnapshot | null>(null);
  const [view, setView] = useRemembered('insights');
  const [folder, setFolder] = useRemembered('folder');
  const [source, setSource] = useState<string | null>(null);
  const [reading, setReading] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [revision, setRevision] = useState(0);
  const host = useMemo(() => openChannel<InsightsPage, InsightsHost>(pagePort, { changed: () => setRevision((old) => old + 1) }), []);
  useEffect(() => () => host.close(), [host]);

  /** One reading at a time; what changes meanwhile is read once more. */
  const wanted = useRef(0);
  const isReading = useRef(false);
  const asked = useRef({ view, folder, source });
  asked.current = { view, folder, source };
  const read = useCallback(async (): Promise<void> => {
    if (isReading.current) return;
    isReading.current = true;
    setReading(true);
    for (let done = -1; done !== wanted.current;) {
      done = wanted.current;
      try {
        const found = await host.call('read', asked.current);
        setProblem(found === null ? 'No folder is open.' : null);
        setSnapshot(found);
      } catch (error) {
        setProblem(`The interactions cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    isReading.current = false;
    setReading(false);
  }, [host]);
  useEffect(() => {
    wanted.current++;
    void read();
  }, [view, folder, source, revision, read]);
  const readAgain = useCallback(() => setRevision((old) => old + 1), []);
  return { snapshot, view, reading, problem, setView, setFolder, source, setSource, readAgain, host };
}
