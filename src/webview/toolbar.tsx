/** Progress, verdict, filter, and what can be done with the run. */
import type { ResultsFilter, ResultsSnapshot } from '../protocol/results.ts';
import { count, usd } from '../core/figures.ts';

interface ToolbarProps {
  readonly snapshot: ResultsSnapshot;
  readonly filter: ResultsFilter;
  readonly onFilter: (filter: ResultsFilter) => void;
  readonly onRerun: (only: 'failed' | 'all' | 'rest') => void;
  readonly onCancel: () => void;
}

export function Toolbar({ snapshot, filter, onFilter, onRerun, onCancel }: ToolbarProps) {
  const { progress, verdict } = snapshot;
  const filters: readonly (readonly [ResultsFilter, string, number])[] = [
    ['all', 'All', progress.done],
    ['fail', 'Failed', progress.failed],
    ['error', 'Errors', progress.errors],
    ['pass', 'Passed', progress.passed],
    ...(snapshot.comparisons.length > 0 || filter === 'flipped' ? [['flipped', 'Flipped', snapshot.flipped] as const] : []),
  ];
  return (
    <header class="toolbar">
      <div class="status" role="status" aria-live="polite">
        {progress.running ? (
          <span>
            Running: {count(progress.done)} of {count(progress.samples)}
          </span>
        ) : (
          <span class={`verdict ${verdict ?? ''}`}>{verdict === null ? 'Incomplete' : `Verdict: ${verdict}`}</span>
        )}
        <span class="spend">
          {progress.spentUsd === null ? 'spend unknown' : `${usd(progress.spentUsd)} spent`}
          {progress.reused > 0 && `, ${count(progress.reused)} reused`}
        </span>
      </div>
      <div class="filters" role="group" aria-label="Show">
        {filters.map(([name, label, number]) => (
          <button key={name} type="button" class="filter" aria-pressed={filter === name} onClick={() => onFilter(name)}>
            {label} <span class="count">{count(number)}</span>
          </button>
        ))}
      </div>
      <div class="actions">
        {progress.running ? (
          <button type="button" class="secondary" onClick={onCancel}>
            Cancel
          </button>
        ) : (
          <>
            <button type="button" class="secondary" disabled={progress.failed + progress.errors === 0} onClick={() => onRerun('failed')}>
              Rerun failed
            </button>
            {progress.canResume && (
              <button type="button" onClick={() => onRerun('rest')}>
                Resume
              </button>
            )}
            <button type="button" class={progress.canResume ? 'secondary' : ''} onClick={() => onRerun('all')}>
              Run all
            </button>
          </>
        )}
      </div>
      {progress.running && <progress class="bar" max={progress.samples} value={progress.done} aria-label="Progress of the run" />}
    </header>
  );
}
