/** A review of a repository: drawn once before its first label, continued by everyone who opens it, and labelled one output at a time. */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { readFilter } from '../../core/feedback/interactions/filter-text.ts';
import type { DrawFile, DrawItem } from '../../core/judge/labels/draw-file.ts';
import type { LabelledItem, LabelRecord } from '../../core/judge/labels/label-record.ts';
import { keptItem } from '../../core/judge/labels/new-label.ts';
import { isoWeek } from '../../core/judge/review/iso-week.ts';
import { newDraw } from '../../core/judge/review/new-draw.ts';
import { targetKey } from '../../core/judge/labels/label-record.ts';
import { queueOf, reviewLabel, type QueuedItem, type ReviewAnswer } from '../../core/judge/review/review-queue.ts';
import { reviewSummary, type ReviewSummary } from '../../core/judge/review/review-summary.ts';
import type { WorkerEvaluator } from '../evaluation/worker-evaluator.ts';
import type { Git } from '../git/git.ts';
import { personIn, type Person } from '../git/person.ts';
import { appendLabels } from '../storage/label-writer.ts';
import { journalNamed } from '../storage/stored-side.ts';
import { findPrompts } from '../workspace/find-prompts.ts';
import { promptNamed } from '../workspace/prompt-by-name.ts';
import { shownPath, type Workspace } from '../workspace/root.ts';
import { keepDraw, readReviews, storedDraw } from './draw-files.ts';
import { goldenCriteria } from './golden-criteria.ts';
import { reviewFrame, type ReviewFrame } from './judged-output.ts';
import { productionOutputs, textsOfInteractions } from './production-outputs.ts';
import { runOutputs, textsOfRun } from './run-outputs.ts';

const DAY = 86_400_000;

export interface ReviewPlace {
  readonly workspace: Workspace;
  readonly evaluator: WorkerEvaluator;
  readonly git: Git;
  /** Where names of files are relative to. */
  readonly cwd: string;
}

export interface ReviewRequest {
  /** `production`, also with a filter behind a comma; or a run. */
  readonly from: string;
  readonly size: number;
  /** Who labels; empty: everyone may. */
  readonly people: readonly string[];
  /** Path of the judge; null: the one with most verdicts. */
  readonly judge: string | null;
  readonly now: Date;
}

export interface OpenedReview {
  readonly draw: DrawFile;
  /** It was drawn just now. */
  readonly isNew: boolean;
  readonly review: Review;
  /** What the person should know of it, in sentences. */
  readonly notes: readonly string[];
}

/** This week's review of the source, drawn if it does not exist yet. @throws {HumanError} when there is nothing to review, or nothing can be written. */
export async function openWeeklyReview(place: ReviewPlace, request: ReviewRequest): Promise<OpenedReview> {
  const { root } = place.workspace;
  const source = sourceOf(place, request.from);
  const id = source.run === null ? isoWeek(request.now) : `${isoWeek(request.now)}-${source.run}`;
  const stored = storedDraw(root, id);
  if (stored !== null) return { draw: stored, isNew: false, review: await Review.open(place, stored), notes: [] };
  const { frame, query, notes } = await frameOf(place, source, request);
  if (frame.outputs.length === 0)
    throw new ConfigurationError(
      'review/nothing',
      `There is nothing to review: ${source.run === null ? `production has no output of the last ${place.workspace.config.review.everyDays} days that matches` : `run ${source.run} has no outputs`}.`,
      'Capture or import calls, or review a run.',
    );
  const draw = newDraw(frame.outputs, {
    ...{ id, seed: randomBytes(4).readUInt32BE(), at: request.now.toISOString(), size: request.size, people: request.people },
    frame: { query, judge: frame.judge, criterion: frame.criterion, prompt: frame.prompt },
  });
  const kept = keepDraw(root, draw);
  return { draw: kept, isNew: true, review: await Review.open(place, kept), notes };
}

interface Source {
  readonly filter: InteractionFilter;
  /** Id of a run; null: production. */
  readonly run: string | null;
  readonly file: string | null;
}

function sourceOf({ workspace: { root }, cwd }: ReviewPlace, from: string): Source {
  const [name = '', ...filters] = from.split(',');
  if (name.trim() === 'production') {
    const typed = readFilter(['all', ...filters]);
    if ('problem' in typed) throw new ConfigurationError('usage', typed.problem, 'See: goldset help review');
    return { filter: typed.filter, run: null, file: null };
  }
  const file = journalNamed(from, root, cwd);
  if (file === null)
    throw new ConfigurationError(
      'usage',
      `A review is of production or of a run; "${from.slice(0, 80)}" is neither.`,
      'See: goldset help review',
    );
  return { filter: INBOX, run: path.basename(file).replace(/\.goldset-run\.jsonl$/, ''), file };
}

async function frameOf(
  place: ReviewPlace,
  { filter, run, file }: Source,
  { judge, now, from }: ReviewRequest,
): Promise<{ readonly frame: ReviewFrame; readonly query: string; readonly notes: readonly string[] }> {
  const { workspace, evaluator } = place;
  const { root, config } = workspace;
  if (file !== null) {
    const found = runOutputs(file, config);
    if (found === null) throw new ConfigurationError('run/missing', `There is no run in ${file}.`, 'Runs are in .goldset/runs/.');
    return { frame: await withWords(place, reviewFrame(found.outputs, judge)), query: `run ${run ?? found.run}`, notes: [] };
  }
  const since = new Date(now.getTime() - config.review.everyDays * DAY).toISOString();
  const days = { from: filter.from ?? since.slice(0, 10), to: filter.to ?? now.toISOString().slice(0, 10) };
  const wanted = await withStoredPrompt(filter, root);
  const { outputs, isWhole } = await productionOutputs(
    { root, config, evaluator },
    { ...wanted, ...days },
    filter.from === null ? since : null,
  );
  const frame = reviewFrame(outputs, judge, await newCallsOf(place, days.from));
  const paths = (await findPrompts([], root)).map((each) => shownPath(root, each));
  return {
    frame: { ...frame, prompt: frame.prompt === null ? null : promptNamed(frame.prompt, paths) },
    query: `${from} from=${days.from} to=${days.to}`,
    notes: isWhole ? [] : ['There are more calls than a review reads: it is of the newest 50,000.'],
  };
}

/** Intervals before the sample in which a cluster would have been seen, were it not new. */
const LOOKED_BACK = 4;

/** Calls of clusters of failures that began since this day. */
async function newCallsOf({ workspace, evaluator }: ReviewPlace, from: string): Promise<ReadonlySet<string>> {
  const { root, config } = workspace;
  const since = new Date(Date.parse(from) - LOOKED_BACK * config.review.everyDays * DAY).toISOString().slice(0, 10);
  const { newMembers } = await evaluator.failures({ root, workspace, since, by: null, isKept: false, newSince: from });
  return new Set(newMembers);
}

/** A prompt may be named as people name it. */
async function withStoredPrompt(filter: InteractionFilter, root: string): Promise<InteractionFilter> {
  if (filter.prompt === null) return filter;
  const paths = (await findPrompts([], root)).map((file) => shownPath(root, file));
  return { ...filter, prompt: promptNamed(filter.prompt, paths) ?? filter.prompt };
}

/** A journal names a criterion by its hash; its words are in the golden set, if they are as they were. */
async function withWords({ workspace, evaluator }: ReviewPlace, frame: ReviewFrame): Promise<ReviewFrame> {
  const { criterion, prompt } = frame;
  if (criterion === null || prompt === null) return frame;
  const known = (await findPrompts([], workspace.root)).find((file) => shownPath(workspace.root, file) === prompt);
  if (known === undefined) return frame;
  const loaded = await evaluator.load({ workspace, file: known, unsaved: {}, most: null });
  const own = goldenCriteria(loaded).find(({ type, hash }) => type === criterion.type && hash === criterion.hash);
  return { ...frame, criterion: { ...criterion, text: own?.text ?? '' } };
}

/** One person's work on a draw. */
export class Review {
  private constructor(
    private readonly place: ReviewPlace,
    readonly draw: DrawFile,
    readonly person: Person,
    private found: ReturnType<typeof readReviews>,
    private readonly texts: ReadonlyMap<string, LabelledItem>,
  ) {}

  static async open(place: ReviewPlace, draw: DrawFile): Promise<Review> {
    const { root } = place.workspace;
    const person = await personIn(root, place.git);
    return new Review(place, draw, person, readReviews(root), await missingTexts(place, draw));
  }

  /** Lines and files of the repository that were not read. */
  get problems(): readonly string[] {
    return this.found.problems;
  }

  get labels(): readonly LabelRecord[] {
    return this.found.labels;
  }

  queue(): QueuedItem[] {
    return queueOf(this.draw, this.found.labels, this.person.name);
  }

  /** What is shown of an output; null: the file keeps no texts, and the store has it no more. */
  textOf({ target, item }: DrawItem): LabelledItem | null {
    return item ?? this.texts.get(targetKey(target)) ?? null;
  }

  /** Is on disk when it returns. `isBlind`: the person has not seen what the judge said. @throws as `appendLabels`. */
  label(item: DrawItem, answer: Omit<ReviewAnswer, 'by' | 'at'>, { isBlind = true }: { readonly isBlind?: boolean } = {}): LabelRecord {
    const { workspace } = this.place;
    const given = { ...answer, by: this.person.name, at: new Date().toISOString() };
    const texts = keptItem(this.textOf(item), item.target, workspace.config.labelTexts);
    const label = { ...reviewLabel(this.draw, { ...item, item: texts }, given, randomUUID()), blind: isBlind };
    const { prompt } = this.draw.frame;
    appendLabels(workspace.root, prompt === null ? null : path.resolve(workspace.root, prompt), this.person.file, [label]);
    this.found = { ...this.found, labels: [...this.found.labels, label] };
    return label;
  }

  summary(): ReviewSummary {
    return reviewSummary(this.draw, this.found.draws, this.found.labels, this.person.name);
  }
}

/** Texts that the draw does not keep, from the store of this machine. */
async function missingTexts(
  { workspace, evaluator, cwd }: ReviewPlace,
  { items, at, frame }: DrawFile,
): Promise<ReadonlyMap<string, LabelledItem>> {
  const { root, config } = workspace;
  const missing = items.filter(({ item }) => item === null).map(({ target }) => target);
  const texts = new Map<string, LabelledItem>();
  const ids = new Set(missing.flatMap(({ interaction }) => interaction ?? []));
  if (ids.size > 0) {
    const first = /from=(\d{4}-\d{2}-\d{2})/.exec(frame.query)?.[1] ?? null;
    const until = { ...INBOX, triage: 'all' as const, from: first, to: at.slice(0, 10) };
    const found = await textsOfInteractions({ root, config, evaluator }, ids, until);
    for (const target of missing) {
      const item = found.get(target.interaction ?? '');
      if (item !== undefined) texts.set(targetKey(target), item);
    }
  }
  for (const run of new Set(missing.flatMap((target) => target.run ?? []))) {
    const file = journalNamed(run, root, cwd);
    if (file !== null) for (const [key, item] of textsOfRun(file, config)) texts.set(key, item);
  }
  return texts;
}
