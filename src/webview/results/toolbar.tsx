/** How the run stands, and what can be done with it. */
import { count, spentText, usd } from '../../core/display/figures.ts';
import { endedText } from '../../core/results/ended-text.ts';
import { EXPORT_KINDS, type ExportKind, type Rerun, type ResultsProgress, type ResultsSnapshot } from '../../protocol/results.ts';
import { Icon } from '../controls/icon.tsx';
import { MenuButton } from '../controls/menu.tsx';

interface ToolbarProps {
  readonly snapshot: ResultsSnapshot;
  readonly panel: 'plots' | 'runs' | null;
  readonly onPanel: (panel: 'plots' | 'runs' | null) => void;
  readonly onLabel: () => void;
  readonly onRerun: (what: Rerun) => void;
  readonly onCancel: () => void;
  readonly onExport: (kind: ExportKind) => void;
}

const EXPORTS: Readonly<Record<ExportKind, string>> = {
  csv: 'CSV, for a spreadsheet',
  jsonl: 'JSON lines, for a script',
  markdown: 'Markdown, for a comment',
  html: 'HTML, one file to send',
};

export function Toolbar({ snapshot, panel, onPanel, onLabel, onRerun, onCancel, onExport }: ToolbarProps) {
  const { progress, runs, readOnly, verdict } = snapshot;
  const numberOf = (value: string): number =>
    snapshot.facets.find((facet) => facet.kind === 'verdicts' && facet.value === value)?.count ?? 0;
  const ended = endedText(
    verdict,
    snapshot.columns.map(({ counts }) => counts),
  );
  const errors = numberOf('error');
  const failed = numberOf('fail') + errors;
  const toggle = (name: 'plots' | 'runs') => () => onPanel(panel === name ? null : name);
  const exports = EXPORT_KINDS.map((kind) => ({ label: EXPORTS[kind], run: () => onExport(kind) }));
  return (
    <header class="toolbar">
      <div class="title">
        <h1 title={[runs?.title, ...(runs?.ids ?? []), spendText(progress)].join('\n')}>{runs?.title}</h1>
        <div class="status">
          <span>
            <StatusText progress={progress} verdict={verdict} ended={ended} />
          </span>
          {/* A screen reader hears every tenth of the way, not every answer. */}
          <span role="status" class="hidden-text">
            {spoken(progress, ended)}
          </span>
          <span class="spend">{spendText(progress)}</span>
          {readOnly && <span class="tag">read-only</span>}
        </div>
      </div>
      <div class="actions">
        <div class="roomy">
          <button type="button" class="quiet-button" title="Plots" aria-pressed={panel === 'plots'} onClick={toggle('plots')}>
            <Icon name="plots" /> <span class="button-label">Plots</span>
          </button>
          {!readOnly && (
            <button type="button" class="quiet-button" title="Runs" aria-pressed={panel === 'runs'} onClick={toggle('runs')}>
              <Icon name="history" /> <span class="button-label">Runs</span>
            </button>
          )}
          {!readOnly && (
            <button type="button" class="quiet-button" title="Label outputs without seeing their verdicts" onClick={onLabel}>
              <Icon name="check" /> <span class="button-label">Label blind</span>
            </button>
          )}
          <MenuButton label="Export" icon="export" items={exports} />
        </div>
        {/* The same in a page that has no room for them. */}
        <div class="narrow">
          <MenuButton
            label="More actions"
            icon="more"
            items={[
              { label: 'Plots', icon: 'plots', checked: panel === 'plots', run: toggle('plots') },
              ...(readOnly
                ? []
                : [
                    { label: 'Runs', checked: panel === 'runs', run: toggle('runs') },
                    { label: 'Label blind', run: onLabel },
                  ]),
              ...exports.map((item, i) => ({ label: `Export as ${item.label}`, separated: i === 0, run: item.run })),
            ]}
          />
        </div>
        {readOnly ? null : progress.running ? (
          <button type="button" class="secondary" title="Cancel" onClick={onCancel}>
            <Icon name="stop" /> <span class="button-label">Cancel</span>
          </button>
        ) : (
          <>
            {errors > 0 && (
              <button type="button" class="secondary" title="Rerun errors" onClick={() => onRerun('errors')}>
                <Icon name="error" /> <span class="button-label">Rerun errors</span>
              </button>
            )}
            <button type="button" class="secondary" title="Rerun failed" disabled={failed === 0} onClick={() => onRerun('failed')}>
              <Icon name="rerun" /> <span class="button-label">Rerun failed</span>
            </button>
            {progress.canResume && (
              <button type="button" title="Resume" onClick={() => onRerun('rest')}>
                <Icon name="play" /> <span class="button-label">Resume</span>
              </button>
            )}
            <button type="button" title="Run all" class={progress.canResume ? 'secondary' : ''} onClick={() => onRerun('all')}>
              <Icon name="runAll" /> <span class="button-label">Run all</span>
            </button>
          </>
        )}
      </div>
      {(progress.running || progress.reading) && (
        <progress class="bar" max={Math.max(1, progress.samples)} value={progress.done} aria-label="Progress of the run" />
      )}
    </header>
  );
}

function spoken({ running, reading, done, samples, waiting }: ResultsProgress, ended: string): string {
  if (reading) return 'Reading results';
  // Without the seconds: each change would be read aloud.
  if (running && waiting !== null) return `Waiting: ${waiting.reason}`;
  if (running) return `Running, ${Math.floor((10 * done) / Math.max(1, samples)) * 10} %`;
  return `The run ended. ${ended}`;
}

interface StatusProps {
  readonly progress: ResultsProgress;
  readonly verdict: string | null;
  /** As `endedText` says it. */
  readonly ended: string;
}

function StatusText({ progress, verdict, ended }: StatusProps) {
  const { running, reading, done, samples, perSecond, leftMs, waiting } = progress;
  if (reading)
    return (
      <>
        Reading: {count(done)} of {count(samples)} results
      </>
    );
  if (!running) return <span class={`verdict ${verdict ?? ''}`}>{ended}</span>;
  const rate = perSecond === null ? '' : `, ${perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)} a second`;
  const left = leftMs === null ? '' : `, ${timeLeft(leftMs)} left`;
  const wait = waiting === null ? '' : `; ${waiting.reason}, retrying in ${timeLeft(waiting.ms)}`;
  return <>{`Running: ${count(done)} of ${count(samples)}${rate}${left}${wait}`}</>;
}

const timeLeft = (ms: number): string =>
  ms < 1000 ? 'under 1 s' : ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;

function spendText({ spentUsd, projectedUsd, reused, running, isScripted }: ResultsProgress): string {
  const spent = spentUsd === null ? 'spend unknown' : spentText(spentUsd, isScripted);
  const projected = running && projectedUsd !== null && projectedUsd > 0 ? ` of about ${usd(projectedUsd)}` : '';
  return `${spent}${projected}${reused > 0 ? `, ${count(reused)} reused` : ''}`;
}
