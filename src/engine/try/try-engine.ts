/** Tries of prompts in the editor: a session for each page. Part of the engine's bundle; knows no editor. */
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import { newRunId } from '../../adapters/storage/run-files.ts';
import { editOf } from '../../adapters/interactions/plan-cases.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { INBOX } from '../../core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { isFree } from '../../core/run/estimate.ts';
import type { TryModelGroup } from '../../protocol/try.ts';
import { acceptedBy } from '../models/accepted-by.ts';
import type { InteractionEngine } from '../interactions/interaction-engine.ts';
import type { ModelGroup } from '../models/model-choices.ts';
import { programText } from './program-text.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import type { PreparedRun, RunEngine } from '../runs/run-engine.ts';
import type { ListedInput, RootedLoad, TryPorts, TryWindow } from './try-ports.ts';
import { TrySession } from './try-session.ts';

/** Interactions that the page offers. */
const MOST_INTERACTIONS = 50;

export interface TryEngineParts {
  readonly evaluator: WorkerEvaluator;
  readonly runs: RunEngine;
  readonly interactions: InteractionEngine;
  readonly workspaces: Workspaces;
  readonly readText: ReadText;
  /** Of a prompt's file, as the editor has it. */
  load(file: string): Promise<RootedLoad>;
  modelGroups(file: string, own: readonly string[], scripted: readonly string[]): Promise<readonly ModelGroup[]>;
  readonly mayRunCode: () => boolean;
  readonly quietKeys: KeySource;
}

/** The window of a session. */
export interface TrySessionWindow extends TryWindow {
  /** Asks before money is spent, as for a run; false: the person declined. */
  mayStart(prepared: PreparedRun, terms: { readonly cap: number | null; readonly refresh: boolean }): Promise<boolean>;
}

export class TryEngine {
  constructor(private readonly parts: TryEngineParts) {}

  /** The playground of a prompt. `file`: its id. Nothing is read before the page asks for it. */
  session(file: string, window: TrySessionWindow): TrySession {
    return new TrySession(this.portsOf(file, window), window);
  }

  private portsOf(file: string, window: TrySessionWindow): TryPorts {
    const { evaluator, runs, interactions, workspaces, readText, load, mayRunCode, quietKeys } = this.parts;
    const workspace = (): Promise<Workspace> => workspaces.open(path.dirname(file));
    return {
      load: () => load(file),
      workspace,
      models: (of) => runs.modelsAndJudges(of).models,
      settled: (loaded, of, variables) => runs.settled(loaded, of, { variables }),
      evaluatorOf: (of, signal) => runs.evaluatorOf(of, signal),
      count: (job) => evaluator.countRequest(job),
      mayStart: async (plan, of, refresh) => {
        if (plan.candidates.every(({ candidate }) => isFree(candidate))) return true;
        const { judges } = runs.modelsAndJudges(of);
        const prepared: PreparedRun = {
          id: newRunId(new Date(), Math.random),
          ...{ plan, judges, workspace: of },
          judged: await prepareJudges(plan, judges),
          isResumed: false,
          isTrial: true,
        };
        return window.mayStart(prepared, { cap: of.config.spend.perRun, refresh });
      },
      addCase: (loaded, added) => editOf({ loaded }, [added], evaluator, readText),
      isTrusted: mayRunCode,
      requireTrusted: () => requireTrusted(mayRunCode()),
      interactions: (loaded) => this.listed(loaded),
      interaction: async (root, id) => {
        const key = keyOf(id);
        return { interaction: (await interactions.read(root, key)).interaction, day: key.day };
      },
      modelGroups: async (own, scripted) => this.withEfforts(await this.parts.modelGroups(file, own, scripted), await workspace()),
      programOf: (request, sent, of, form) => programText(request, sent, of.config, quietKeys, form),
    };
  }

  /** By the names that applications use for this prompt: its path, and its own name. */
  private async listed({ root, target: { document } }: RootedLoad): Promise<ListedInput[]> {
    const names = [...new Set([document.path, document.name])];
    const pages = await Promise.all(
      names.map((prompt) => this.parts.interactions.find(root, { ...INBOX, triage: 'all', prompt }, 0, MOST_INTERACTIONS)),
    );
    return pages
      .flatMap((page) => page?.rows ?? [])
      .sort((a, b) => (a.time < b.time ? 1 : -1))
      .slice(0, MOST_INTERACTIONS)
      .map(({ key, asked, time, answered }) => ({
        id: JSON.stringify(key),
        title: `${time.slice(0, 16).replace('T', ' ')} ${(asked === '' ? answered : asked).slice(0, 100)}`.trim(),
      }));
  }

  private withEfforts(groups: readonly ModelGroup[], workspace: Workspace): TryModelGroup[] {
    return groups.map(({ title, models }) => ({
      title,
      models: models.map(({ id, note }) => ({ id, note, efforts: acceptedBy(id, workspace).capabilities?.efforts ?? [] })),
    }));
  }
}

/** @throws {HumanError} for what no list of interactions gave. */
function keyOf(text: string): InteractionKey {
  const value = parseJson(text);
  const { id, day, offset, end } = isJsonObject(value) ? value : {};
  if (
    typeof id === 'string' &&
    typeof day === 'string' &&
    typeof offset === 'number' &&
    typeof end === 'number' &&
    /^\d{4}-\d\d-\d\d$/.test(day)
  )
    return { id, day, offset, end };
  throw new HumanError('interaction/gone', 'This interaction is not stored.', 'Choose another one.');
}
