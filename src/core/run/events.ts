/** What a run tells, in order: started, then samples as they begin, stream and end, then ended. */
import type { Plan } from './plan.ts';
import type { RunReport } from './report.ts';
import type { CallEvent } from '../calls/ports.ts';
import type { Result } from '../results/result.ts';
import type { SampleId } from '../results/sample-id.ts';

export type RunEvent =
  | { readonly type: 'started'; readonly id: string; readonly plan: Plan; readonly samples: number }
  | { readonly type: 'sample-started'; readonly sample: SampleId }
  /** A person has cancelled this case: it stays unanswered. */
  | { readonly type: 'cancelled'; readonly sample: SampleId }
  | CallEvent
  /** `isCarried`: of the part of the run before it was interrupted. */
  | {
      readonly type: 'result';
      readonly result: Result;
      /** Where the journal has it. */
      readonly position: number;
      readonly done: number;
      readonly samples: number;
      readonly isCarried: boolean;
    }
  | { readonly type: 'ended'; readonly report: RunReport };
