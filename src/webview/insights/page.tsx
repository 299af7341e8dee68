/** The page of insights: what user actions cost and why that rose, what caches could save, what signals say. */
import { render } from 'preact';
import { quantity } from '../../core/display/figures.ts';
import { headline } from '../../core/feedback/insights/insight-sentences.ts';
import { GROUPINGS, type Grouping } from '../../core/feedback/insights/units/unit-insight.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { WINDOWS, type InsightsSnapshot, type InsightsView, type InsightsWindow } from '../../protocol/insights.ts';
import { Caches } from './caches.tsx';
import { DriftPart } from './drift-part.tsx';
import { WhereToWork } from './where-to-work.tsx';
import { SignalRates } from './signal-rates.tsx';
import { Units } from './units.tsx';
import { useInsights } from './use-insights.ts';
import { Icon } from '../controls/icon.tsx';
import { FILES, SourcePicker } from '../controls/source-picker.tsx';

const GROUPING_NAMES: Readonly<Record<Grouping, string>> = { type: 'Type of action', version: 'Prompt version', model: 'Model' };
const windowName = (days: InsightsWindow): string => (days === null ? 'All stored' : `Last ${days} days`);

function InsightsPage() {
  const { snapshot, view, reading, problem, setView, setFolder, source, setSource, readAgain, host } = useInsights();
  if (problem !== null) return <Problem text={problem} source={source} onAgain={readAgain} onFiles={() => setSource(null)} />;
  if (snapshot === null)
    return (
      <p class="empty" role="status">
        Aggregating stored interactions… For a million interactions this takes about 15 seconds the first time and less than a second after
        that.
      </p>
    );
  const { insights } = snapshot;
  const isEmpty = insights.interactions === 0 && view.window === null && snapshot.sources.length === 0;
  if (isEmpty) return <Welcome onCapture={() => void host.call('startCapture', {})} />;
  const place = { folder: snapshot.folder, source: snapshot.source };
  return (
    <main class="insights">
      <h1>{visibleControls(headline(insights))}</h1>
      <p class="quiet">{origin(snapshot)}</p>
      {snapshot.notes.map((note) => (
        <p key={note} class="notice">
          {visibleControls(note)}
        </p>
      ))}
      <Choices snapshot={snapshot} view={view} reading={reading} onView={setView} onFolder={setFolder} onSource={setSource}>
        <button type="button" class="secondary" onClick={() => void host.call('copyJson', {})}>
          <Icon name="copy" /> Copy as JSON
        </button>
      </Choices>
      <Units
        units={insights.units ?? []}
        parts={snapshot.parts}
        by={view.by}
        onShow={(filter) => void host.call('showInteractions', { filter })}
      />
      <WhereToWork host={host} window={view.window} place={place} onShow={(filter) => void host.call('showInteractions', { filter })} />
      <DriftPart host={host} window={view.window} place={place} onShow={(filter) => void host.call('showInteractions', { filter })} />
      {insights.cache !== null && <Caches {...insights.cache} />}
      <SignalRates
        rates={insights.signals ?? []}
        worse={insights.worse ?? []}
        changed={insights.changed ?? []}
        onShow={(filter) => void host.call('showInteractions', { filter })}
      />
    </main>
  );
}

interface ProblemProps {
  readonly text: string;
  readonly source: string | null;
  readonly onAgain: () => void;
  readonly onFiles: () => void;
}

/** A source that cannot be read, or was stopped, leaves the way back to the files. */
const Problem = ({ text, source, onAgain, onFiles }: ProblemProps) => (
  <div class="empty notice">
    <p>{visibleControls(text)}</p>
    {source !== null && (
      <p>
        <button type="button" onClick={onAgain}>
          Try Again
        </button>{' '}
        <button type="button" class="secondary" onClick={onFiles}>
          {FILES}
        </button>
      </p>
    )}
  </div>
);

function origin({ insights: { interactions, window } }: InsightsSnapshot): string {
  const days = window === null ? '' : `, from ${window.from.slice(0, 10)} to ${window.to.slice(0, 10)} (UTC)`;
  return `${quantity(interactions, 'interaction')}${days}. Costs are as reported by the application, else tokens times the model’s price.`;
}

interface ChoicesProps {
  readonly snapshot: InsightsSnapshot;
  readonly view: InsightsView;
  readonly reading: boolean;
  readonly onView: (view: InsightsView) => void;
  readonly onFolder: (folder: string) => void;
  readonly onSource: (source: string | null) => void;
  readonly children: preact.ComponentChildren;
}

const Choices = ({ snapshot, view, reading, onView, onFolder, onSource, children }: ChoicesProps) => (
  <section class="choices" aria-label="View options">
    <SourcePicker source={snapshot.source} sources={snapshot.sources} onSource={onSource} />
    <label>
      Days{' '}
      <select
        value={String(view.window)}
        onChange={({ currentTarget }) => onView({ ...view, window: WINDOWS.find((days) => String(days) === currentTarget.value) ?? null })}
      >
        {WINDOWS.map((days) => (
          <option key={String(days)} value={String(days)}>
            {windowName(days)}
          </option>
        ))}
      </select>
    </label>
    <label>
      Cost by{' '}
      <select
        value={view.by}
        onChange={({ currentTarget }) => onView({ ...view, by: GROUPINGS.find((by) => by === currentTarget.value) ?? 'type' })}
      >
        {GROUPINGS.map((by) => (
          <option key={by} value={by}>
            {GROUPING_NAMES[by]}
          </option>
        ))}
      </select>
    </label>
    {snapshot.folders.length > 1 && (
      <label>
        Folder{' '}
        <select value={snapshot.folder} onChange={({ currentTarget }) => onFolder(currentTarget.value)}>
          {snapshot.folders.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    )}
    {children}
    <span class="quiet" role="status">
      {reading ? 'Reading new interactions…' : ''}
    </span>
  </section>
);

const Welcome = ({ onCapture }: { readonly onCapture: () => void }) => (
  <main class="welcome">
    <h1>No interactions yet</h1>
    <p>This page shows what a user action costs, when and why the cost rose, what caches could save, and which signals got worse.</p>
    <p>
      Record calls with the library <code>goldset/runtime</code>, capture them from an application with OpenTelemetry, or import logs with{' '}
      <code>goldset import</code> in a terminal.
    </p>
    <button type="button" onClick={onCapture}>
      Start Capture
    </button>
  </main>
);

const root = document.getElementById('root');
if (root) render(<InsightsPage />, root);
