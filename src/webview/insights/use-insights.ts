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

  /** Files are read one time after the other, and what changes meanwhile once more. A look at a source is given up for the next choice. */
  const wanted = useRef(0);
  const running = useRef<{ readonly isOfFiles: boolean } | null>(null);
  const asked = useRef({ view, folder, source });
  asked.current = { view, folder, source };
  const read = useCallback(async (): Promise<void> => {
    const isOfFiles = asked.current.source === null;
    if (isOfFiles && running.current?.isOfFiles === true) return;
    const own = { isOfFiles };
    running.current = own;
    setReading(true);
    for (let done = -1; done !== wanted.current;) {
      done = wanted.current;
      try {
        const found = await host.call('read', asked.current);
        if (running.current !== own) return;
        setProblem(found === null ? 'No folder is open.' : null);
        setSnapshot(found);
      } catch (error) {
        if (running.current !== own) return;
        setProblem(`The interactions cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    running.current = null;
    setReading(false);
  }, [host]);
  useEffect(() => {
    wanted.current++;
    void read();
  }, [view, folder, source, revision, read]);
  const readAgain = useCallback(() => setRevision((old) => old + 1), []);
  return { snapshot, view, reading, problem, setView, setFolder, source, setSource, readAgain, host };
}
