/** Labelling the outputs that a results page shows, one at a time: what the page gets has neither verdict nor candidate in it. */
import { sha256 } from '../../adapters/hash.ts';
import { promptFileIn } from '../../adapters/workspace/prompt-path.ts';
import { itemOfResult } from '../../core/feedback/interactions/labelled-texts.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { criterionText } from '../../core/judge/labels/criterion-text.ts';
import { judgedCriteria, type JudgedCriterionOf } from '../../core/judge/labels/judged-criteria.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import { failureModes } from '../../core/judge/review/review-queue.ts';
import type { Result } from '../../core/results/result.ts';
import type { LabelGiven, LabelTask } from '../../protocol/labelling.ts';
import type { LabelBook } from './label-book.ts';
import { formatOf } from '../results-view/show-cell.ts';
import { MAX_DETAIL } from '../results-view/show-detail.ts';
import type { ResultsView } from '../results-view/results-view.ts';
import type { SampleFacts } from '../results-view/sample-facts.ts';
import { labelOrder, type Queued } from './label-queue.ts';
import { seenKey } from './seen-outputs.ts';

interface QueuedOutput extends Queued {
  readonly facts: SampleFacts;
  readonly run: string;
  /** Absolute id of its prompt. */
  readonly prompt: string;
}

/** What a task was made of. */
interface OpenTask extends QueuedOutput {
  readonly result: Result;
  readonly hash: string;
  /** Null: graded by the person's own judgement. */
  readonly criteria: readonly (JudgedCriterionOf & { readonly text: string })[];
}

export class ResultsLabelling {
  private queue: readonly QueuedOutput[] = [];
  private labels: readonly LabelRecord[] = [];
  private cases = new Map<string, Promise<readonly GoldenCase[]>>();
  /** Keys of outputs that this person has labelled. */
  private readonly done = new Set<string>();
  private open: { readonly at: number; readonly task: OpenTask } | null = null;

  /** `casesOf`: the golden cases of a prompt as they are now; `person`: who labels. */
  constructor(
    private readonly view: ResultsView,
    private readonly book: LabelBook,
    private readonly casesOf: (prompt: string) => Promise<readonly GoldenCase[]>,
    private readonly person: string,
  ) {}

  /** Outputs of the queue, which is made anew. */
  start(): number {
    const root = this.view.shown?.root ?? '';
    const outputs: QueuedOutput[] = [];
    this.labels = this.book.of(root, this.prompts());
    this.cases = new Map();
    this.done.clear();
    for (const { head, id, cells } of this.view.table.columns) {
      const prompt = promptFileIn(root, head.prompt.path);
      if (prompt === null) continue;
      for (const facts of cells.flat()) {
        const run = this.view.shownRuns[facts.run]?.id;
        if (run === undefined || facts.verdict === 'error') continue;
        const key = seenKey(run, id, facts.case, facts.repeat);
        if (this.isLabelled(facts, run)) this.done.add(key);
        outputs.push({ facts, run, prompt, key, isSeen: this.book.seen.has(key), isLabelled: this.done.has(key) });
      }
    }
    this.queue = labelOrder(outputs, this.person);
    this.open = null;
    return this.queue.length;
  }

  async task(at: number): Promise<LabelTask | null> {
    const queued = this.queue[at];
    const task = queued === undefined ? null : await this.opened(queued);
    if (task === null) return null;
    this.open = { at, task };
    const item = itemOfResult(task.result, (line) => line);
    const output = task.result.output ?? '';
    return {
      at,
      total: this.queue.length,
      labelled: this.done.size,
      input: item?.input ?? '',
      output: output.slice(0, MAX_DETAIL),
      format: formatOf(output),
      cut: Math.max(0, output.length - MAX_DETAIL),
      context: (item?.context ?? '').slice(0, MAX_DETAIL),
      criteria: (task.criteria.length === 0 ? [null] : task.criteria).map((one) => ({
        text: one?.text ?? null,
        grade: this.own(task, one)?.grade ?? null,
      })),
      isSeen: this.book.seen.has(task.key),
      modes: failureModes(this.labels),
    };
  }

  /** False: it is not the task that is open. @throws {HumanError} when the label cannot be written. */
  async give({ at, criterion, grade, cause, failureMode, critique }: LabelGiven): Promise<boolean> {
    const task = this.open?.at === at ? this.open.task : null;
    const by = task?.criteria[criterion] ?? null;
    if (task === null || (by === null && criterion !== 0)) return false;
    const label = await this.book.give(
      this.view.shown?.root ?? '',
      task.prompt,
      {
        target: { interaction: null, run: task.run, case: task.result.case, repeat: task.result.repeat, hash: task.hash },
        criterion: by?.criterion ?? null,
        judge: by?.judge ?? null,
        draw: null,
      },
      { result: task.result },
      { grade, cause, failureMode, critique, correction: null, blind: !this.book.seen.has(task.key) },
    );
    this.labels = [...this.labels, label];
    this.done.add(task.key);
    return true;
  }

  private async opened(queued: QueuedOutput): Promise<OpenTask | null> {
    const result = this.view.readResult(queued.facts);
    if (result === null || result.output === null) return null;
    const loading = this.cases.get(queued.prompt) ?? this.casesOf(queued.prompt);
    this.cases.set(queued.prompt, loading);
    const cases = await loading;
    const own = cases.find(({ id }) => id === result.case || result.case.startsWith(`${id}/`));
    const criteria = judgedCriteria(result.assertions).flatMap((by) => {
      const text = criterionText(own?.assertions ?? [], by.criterion, result.vars, sha256);
      return text === null ? [] : [{ ...by, text }];
    });
    return { ...queued, result, hash: sha256(result.output), criteria };
  }

  private own({ result, hash, run }: OpenTask, by: JudgedCriterionOf | null): LabelRecord | undefined {
    return this.labels.findLast(
      (label) =>
        label.by === this.person &&
        label.target.run === run &&
        label.target.case === result.case &&
        label.target.repeat === result.repeat &&
        label.target.hash === hash &&
        label.criterion?.type === by?.criterion.type &&
        label.criterion?.hash === by?.criterion.hash,
    );
  }

  /** By this person, an output of this case and repeat: the one of this candidate, if its text is the same. */
  private isLabelled(facts: SampleFacts, run: string): boolean {
    const own = this.labels.filter(
      ({ by, target }) => by === this.person && target.run === run && target.case === facts.case && target.repeat === facts.repeat,
    );
    if (own.length === 0) return false;
    const output = this.view.readResult(facts)?.output ?? null;
    return output !== null && own.some(({ target }) => target.hash === sha256(output));
  }

  private prompts(): string[] {
    const root = this.view.shown?.root ?? '';
    return [...new Set(this.view.table.columns.flatMap(({ head }) => promptFileIn(root, head.prompt.path) ?? []))];
  }
}
