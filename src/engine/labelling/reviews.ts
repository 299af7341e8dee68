/** Reviews of a workspace in the editor: drawn or opened, and what a person has still to label. Part of the engine's bundle; knows no editor. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Git } from '../../adapters/git/git.ts';
import { personIn } from '../../adapters/git/person.ts';
import { DRAW_FOLDER, storedDraw } from '../../adapters/review/draw-files.ts';
import { openWeeklyReview, Review } from '../../adapters/review/review.ts';
import { labelFilesOf, readLabelFiles } from '../../adapters/storage/label-files.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { quantity } from '../../core/display/figures.ts';
import { reviewStanding, type ReviewStanding } from '../../core/judge/review/review-standing.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import { ReviewLabelling } from './review-labelling.ts';
import type { SeenOutputs } from './seen-outputs.ts';

export interface ReviewsPorts {
  readonly evaluator: WorkerEvaluator;
  readonly git: Git;
  readonly workspaces: Workspaces;
  readonly seen: SeenOutputs;
  /** False in Restricted Mode: nothing is read, drawn or sent. */
  mayRead(): boolean;
}

/** Draws that are looked at for outputs that are left: the newest. */
const LOOKED_AT = 12;
const SUFFIX = '.draw.json';

export class Reviews {
  constructor(private readonly ports: ReviewsPorts) {}

  /** This week's review of production or of a run, drawn if it does not exist yet. @throws {HumanError} */
  async openWeek(folder: string, from: string, now = new Date()): Promise<ReviewLabelling> {
    const place = await this.place(folder);
    const { review: rules } = place.workspace.config;
    const { draw, isNew, review, notes } = await openWeeklyReview(place, { from, size: rules.size, people: [], judge: null, now });
    const drawn = `Drew ${quantity(draw.items.length, 'output')} of ${draw.frame.n}: ${DRAW_FOLDER}/${draw.id}${SUFFIX}. Commit it, so that others label the same.`;
    return new ReviewLabelling(review, this.ports.seen, isNew ? [drawn, ...notes] : notes);
  }

  /** A review that was drawn before; null: it is gone. @throws {HumanError} */
  async openDrawn(folder: string, id: string): Promise<ReviewLabelling | null> {
    const place = await this.place(folder);
    const draw = storedDraw(place.workspace.root, id);
    return draw === null ? null : new ReviewLabelling(await Review.open(place, draw), this.ports.seen, []);
  }

  /** Reads the newest draws with the labels of their prompts alone. @throws {HumanError} */
  async standing(folder: string, now = new Date()): Promise<ReviewStanding> {
    requireTrusted(this.ports.mayRead());
    const { root, config } = await this.ports.workspaces.open(folder);
    const draws = newestFiles(path.join(root, DRAW_FOLDER));
    const found = readLabelFiles(draws, root).draws;
    const prompts = [...new Set(found.map(({ frame }) => frame.prompt))];
    const files = prompts.flatMap((prompt) => labelFilesOf(root, prompt === null ? null : path.resolve(root, prompt)));
    const { name } = await personIn(root, this.ports.git);
    const { everyDays, isWanted } = config.review;
    return reviewStanding(found, readLabelFiles(files, root).labels, { person: name, everyDays, isWanted, now });
  }

  private async place(folder: string): Promise<Parameters<typeof openWeeklyReview>[0]> {
    const { evaluator, git, workspaces, mayRead } = this.ports;
    requireTrusted(mayRead());
    const workspace = await workspaces.open(folder);
    refuseBrokenSettings(workspace);
    return { workspace, evaluator, git, cwd: workspace.root };
  }
}

/** By name: a week's id begins with the year. */
const newestFiles = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(SUFFIX))
        .sort()
        .slice(-LOOKED_AT)
        .map((name) => path.join(folder, name))
    : [];
