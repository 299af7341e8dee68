/** Earlier runs of the prompts that are shown: open one, compare two, delete. */
import { dateTimeText } from '../controls/date-time.ts';
import { useEffect, useState } from 'preact/hooks';
import { count, spentText } from '../../core/display/figures.ts';
import { isScripted } from '../../core/model-id.ts';
import { MOST_RUNS, type RunSummaryRow } from '../../protocol/detail.ts';
import { Icon } from '../controls/icon.tsx';

interface RunsProps {
  readonly load: () => Promise<readonly RunSummaryRow[]>;
  /** Changes when there may be another run. */
  readonly stamp: string;
  readonly onOpen: (ids: readonly string[]) => void;
  readonly onDelete: (id: string) => Promise<boolean>;
  readonly onClose: () => void;
}

export function RunList({ load, stamp, onOpen, onDelete, onClose }: RunsProps) {
  const [runs, setRuns] = useState<readonly RunSummaryRow[] | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const refresh = (): void => void load().then(setRuns);
  useEffect(refresh, [stamp]);
  const choose = (id: string): void => setChosen((old) => (old.includes(id) ? old.filter((item) => item !== id) : [...old, id].slice(-2)));
  return (
    <section class="panel runs" aria-label="Runs">
      <div class="panel-head">
        <h2>Runs of this prompt</h2>
        <span class="quiet">{chosen.length < 2 ? 'Select two runs to compare them.' : 'The older one becomes the baseline.'}</span>
        <button type="button" disabled={chosen.length !== 2} onClick={() => onOpen(chosen)}>
          Compare
        </button>
        <CloseButton onClose={onClose} label="Close the list of runs" />
      </div>
      {runs !== null && runs.length === 0 && <p class="quiet">No runs on this machine yet.</p>}
      <div class="panel-scroll" tabIndex={0} role="region" aria-label="List of runs">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-text">Compare</span>
              </th>
              <th scope="col">Time</th>
              <th scope="col">Version</th>
              <th scope="col">Model</th>
              <th scope="col">Verdict</th>
              <th scope="col">Passed</th>
              <th scope="col">Spent</th>
              <th scope="col">
                <span class="hidden-text">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {(runs ?? []).map((run) => (
              <RunRow
                key={run.id}
                run={run}
                isChosen={chosen.includes(run.id)}
                onChoose={() => choose(run.id)}
                onOpen={() => onOpen([run.id])}
                onDelete={() => void onDelete(run.id).then(refresh)}
              />
            ))}
          </tbody>
        </table>
        {runs !== null && runs.length >= MOST_RUNS && (
          <p class="quiet">The {count(MOST_RUNS)} newest runs are shown. Older ones are in .goldset/runs/: open one as a file.</p>
        )}
      </div>
    </section>
  );
}

interface RunRowProps {
  readonly run: RunSummaryRow;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
  readonly onDelete: () => void;
}

function RunRow({ run, isChosen, onChoose, onOpen, onDelete }: RunRowProps) {
  const time = dateTimeText(run.startedAt);
  const verdict = run.verdict ?? 'interrupted';
  return (
    <tr class={run.isShown ? 'shown' : ''}>
      <td>
        <input type="checkbox" checked={isChosen} onChange={onChoose} aria-label={`Compare the run of ${time}`} />
      </td>
      <td>
        <button type="button" class="link" onClick={onOpen} title={run.id}>
          {time}
        </button>
        {run.isShown && <span class="tag">shown</span>}
      </td>
      <td>{unique(run.prompts.map(({ version, ref }) => ref ?? version)).join(', ')}</td>
      <td>{unique(run.prompts.map(({ model }) => model)).join(', ')}</td>
      <td>
        <span class={`verdict ${verdict}`}>{run.complete || run.verdict === null ? verdict : `${verdict}, incomplete`}</span>
      </td>
      <td>{run.score ?? 'not recorded'}</td>
      <td>
        {run.spentUsd === null
          ? 'unknown'
          : spentText(
              run.spentUsd,
              run.prompts.every(({ model }) => isScripted(model)),
            )}
      </td>
      <td>
        <button type="button" class="icon-button" onClick={onDelete} title="Delete this run" aria-label={`Delete the run of ${time}`}>
          <Icon name="trash" />
        </button>
      </td>
    </tr>
  );
}

export const CloseButton = ({ onClose, label }: { readonly onClose: () => void; readonly label: string }) => (
  <button type="button" class="icon-button close" onClick={onClose} title={label} aria-label={label}>
    <Icon name="close" />
  </button>
);

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
