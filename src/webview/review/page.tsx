/** The page of a review: its outputs one at a time, and then what their labels say. */
import { render } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { openChannel } from '../../protocol/channel.ts';
import type { ReviewHost, ReviewPage, ReviewSnapshot } from '../../protocol/review.ts';
import { pagePort } from '../host.ts';
import { Labelling } from '../labelling/labelling.tsx';
import { ReviewFigures } from './figures.tsx';

function Review() {
  const [snapshot, setSnapshot] = useState<ReviewSnapshot | null | undefined>(undefined);
  const [problem, setProblem] = useState<string | null>(null);
  const [isLabelling, setLabelling] = useState(true);
  const [opening, setOpening] = useState(0);
  const host = useMemo(
    () =>
      openChannel<ReviewPage, ReviewHost>(pagePort, {
        opened: () => {
          setLabelling(true);
          setOpening((old) => old + 1);
        },
      }),
    [],
  );
  useEffect(() => () => host.close(), [host]);
  const read = useCallback(
    (): Promise<void> =>
      host
        .call('readReview', {})
        .then((found) => {
          setProblem(null);
          setSnapshot(found);
        })
        .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error))),
    [host],
  );
  useEffect(() => void read(), [read, opening]);
  if (problem !== null) return <p class="empty notice">{problem}</p>;
  if (snapshot === undefined)
    return (
      <p class="empty" role="status">
        Opening the review…
      </p>
    );
  if (snapshot === null)
    return (
      <main class="welcome">
        <h1>No review is open</h1>
        <p>A review is a sample of outputs that people label without knowing what a judge said.</p>
        <button type="button" onClick={() => void host.call('chooseReview', {})}>
          Review
        </button>
      </main>
    );
  if (isLabelling && snapshot.summary.left > 0)
    return (
      <Labelling
        host={host}
        stamp={`${snapshot.summary.id} ${opening}`}
        onLeave={() => void read().then(() => setLabelling(false))}
        words={{
          title: `Review ${snapshot.summary.id}`,
          leave: 'Show figures',
          empty: 'There is no output left for you to label.',
          done: 'These were all outputs of this review that were left for you. Press Escape for what the labels say.',
        }}
      />
    );
  return (
    <ReviewFigures
      key={`${snapshot.summary.id} ${opening}`}
      snapshot={snapshot}
      onLabel={() => setLabelling(true)}
      onOpen={(index) => host.call('readReviewed', { index })}
    />
  );
}

const root = document.getElementById('root');
if (root) render(<Review />, root);
