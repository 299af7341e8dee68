/** Every part of the benchmark, in the order in which they run. A new part is a row here and a file in `parts/`. */
import type { RecordRow } from './row.ts';
import type { Scope } from './scope.ts';
import { measureCache } from './parts/cache.ts';
import { measureCapture } from './parts/capture.ts';
import { measureCodePrompts } from './parts/code-prompts.ts';
import { measureDrift } from './parts/drift.ts';
import { measureEngine } from './parts/engine.ts';
import { measureEngineHeap } from './parts/engine-heap.ts';
import { measureExtensionHost } from './parts/extension-host.ts';
import { measureFailures } from './parts/failures.ts';
import { measureHistory } from './parts/history.ts';
import { measureInsights } from './parts/insights.ts';
import { measureJudges } from './parts/judges.ts';
import { measureMonths } from './parts/months.ts';
import { measurePrefix } from './parts/prefix.ts';
import { measurePromptfoo } from './parts/promptfoo.ts';
import { measureReaders } from './parts/readers.ts';
import { measureResultsPage } from './parts/results-page.ts';
import { measureRuntime } from './parts/runtime.ts';
import { measureStores } from './parts/stores.ts';
import { measureTestExplorer } from './parts/test-explorer.ts';
import { measureStart } from './parts/start.ts';

export interface Part {
  readonly name: string;
  /** Seconds after which the part is ended; about three times what it takes on two quiet cores. */
  readonly limit: number;
  /** It needs the workbench and Chromium. */
  readonly needsBrowser?: true;
  /** Only where it is named: it needs what `npm run bench` does not install. */
  readonly isNamed?: true;
  /** Gives each row as soon as it is measured; throws when one cannot be measured. What it opens, it opens in the scope. */
  readonly measure: (row: RecordRow, scope: Scope) => Promise<void>;
}

export const PARTS: readonly Part[] = [
  { name: 'start', limit: 60, measure: measureStart },
  { name: 'engine', limit: 600, measure: measureEngine },
  { name: 'engine-heap', limit: 600, measure: measureEngineHeap },
  { name: 'promptfoo', limit: 480, measure: measurePromptfoo },
  { name: 'cache', limit: 600, measure: measureCache },
  { name: 'prefix', limit: 90, measure: measurePrefix },
  { name: 'history', limit: 120, measure: measureHistory },
  { name: 'months', limit: 300, measure: measureMonths },
  { name: 'judges', limit: 90, measure: measureJudges },
  { name: 'readers', limit: 120, measure: measureReaders },
  { name: 'code-prompts', limit: 120, measure: measureCodePrompts },
  { name: 'insights', limit: 480, measure: measureInsights },
  { name: 'failures', limit: 180, measure: measureFailures },
  { name: 'drift', limit: 120, measure: measureDrift },
  { name: 'capture', limit: 180, measure: measureCapture },
  { name: 'runtime', limit: 300, measure: measureRuntime },
  { name: 'results-page', limit: 240, needsBrowser: true, measure: measureResultsPage },
  { name: 'test-explorer', limit: 1800, needsBrowser: true, measure: measureTestExplorer },
  { name: 'extension-host', limit: 720, needsBrowser: true, measure: measureExtensionHost },
  { name: 'stores', limit: 3600, isNamed: true, measure: measureStores },
];
