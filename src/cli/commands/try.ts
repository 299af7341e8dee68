/** `goldset try`: one request with values that a person gives; the answer goes to standard output as it arrives. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readText, readTextSync } from '../../adapters/bounded-file.ts';
import { settledDocument } from '../../adapters/evaluation/built-cases.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { sha256 } from '../../adapters/hash.ts';
import { editOf } from '../../adapters/interactions/plan-cases.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { replaceFile } from '../../adapters/storage/data-folder/no-follow.ts';
import { PickedFiles } from '../../adapters/tries/picked-files.ts';
import { triedCaseToWrite } from '../../adapters/tries/tried-case.ts';
import { TryCalls } from '../../adapters/tries/try-calls.ts';
import { newTryId, TryStore } from '../../adapters/tries/try-store.ts';
import { mediaReader } from '../../adapters/workspace/media-files.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import type { CallEvent } from '../../core/calls/ports.ts';
import { ConfigurationError, HumanError, hintOf, isHumanError, isProviderError, messageOf } from '../../core/problems/errors.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import { refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { applyEdits } from '../../core/text/text.ts';
import { isFree, dryRun } from '../../core/run/estimate.ts';
import { asksBefore, oneCall } from '../../core/run/estimate-spend.ts';
import { dryRunPorts } from '../../adapters/run/dry-run-ports.ts';
import type { Plan } from '../../core/run/plan.ts';
import { buildExecutionsOf } from '../../core/run/plan-executions.ts';
import { brokenAnswer, checkedOutput, triedAnswer } from '../../core/try/read-answer.ts';
import { shownWait } from '../../core/try/waiting.ts';
import { planTry, triedCase } from '../../core/try/try-plan.ts';
import type { SentLane } from '../../core/try/send-lane.ts';
import type { Tried, TriedAnswer } from '../../core/try/tried.ts';
import { turnsOf } from '../../core/try/turns.ts';
import type { Arguments } from '../arguments.ts';
import { mayRun } from '../run/before-run.ts';
import { stderr, stdout } from '../output.ts';
import { promptAt } from '../run/prompt-search.ts';
import { factLines } from '../reporters/try-facts.ts';
import { tryJson } from '../reporters/try-json.ts';
import { cacheModeOf, EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { openClients, SEE_ALL } from '../run/run-plan.ts';
import { withSession, type Session } from '../session.ts';
import { requireCodeTrust, requireTrustFor } from '../trust/trust.ts';
import { tryValues, type TryValues } from '../try/try-input.ts';

/** The name of the one lane. */
const LANE = 'try';
const EXIT_PROVIDER = 4;
/** Nothing is judged. */
const UNJUDGED: JudgedPlan = { clients: [], judgements: 0 };

export async function tryCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const given = args.paths[0];
  if (given === undefined || args.paths.length > 1) throw new ConfigurationError('usage', 'Name one prompt: goldset try PROMPT');
  checkSave(args);
  return withSession(args, evaluator, async (session) => {
    refuseBrokenSettings(session.workspace, SEE_ALL);
    const { evaluator: thread, workspace, cwd } = session;
    const loaded = await thread.load({ workspace, file: await promptAt(given, cwd), unsaved: {}, most: null });
    refuseBrokenPrompt(loaded, { hint: SEE_ALL });
    const save = args.text('save');
    if (save !== null && loaded.target.cases.some(({ id }) => id === save))
      throw new ConfigurationError(
        'case/exists',
        `${loaded.target.document.path} has a golden case ${save} already.`,
        'Choose another id.',
      );
    await requireTrustFor(buildExecutionsOf(loaded.target.document, workspace.config.code), args, session);
    const picked = new PickedFiles();
    const values = await tryValues(args, loaded, workspace.root, cwd, picked);
    return new Try(args, session, loaded, values, picked).run();
  });
}

function checkSave(args: Arguments): void {
  if (args.text('save') === '') throw new ConfigurationError('usage', '--save needs the id of the new case.');
  if (args.text('save') === null && (args.flag('accept') || args.text('expect') !== null))
    throw new ConfigurationError('usage', '--accept and --expect say what a saved case expects.', 'Add --save CASE.');
  if (args.flag('accept') && args.text('expect') !== null) throw new ConfigurationError('usage', 'Use only one of --accept and --expect.');
}

class Try {
  private text = '';
  private thinking = '';
  private ttftMs: number | null = null;
  private isAtLineStart = true;

  constructor(
    private readonly args: Arguments,
    private readonly session: Session,
    private readonly loaded: LoadedPrompt,
    private readonly values: TryValues,
    private readonly picked: PickedFiles,
  ) {}

  async run(): Promise<number> {
    const { args, session, loaded, values } = this;
    const { workspace } = session;
    const document = await settledDocument(session.builds, loaded.target.document, [values.input.vars]);
    const target = { ...loaded.target, document };
    const [client] = await openClients(args, session, { file: loaded.file, target });
    if (client === undefined) throw new ConfigurationError('model/none', `${document.path} does not set a model.`, 'Pass --model.');
    const effort = args.text('effort');
    const lane = { client, parameters: effort === null ? {} : { reasoningEffort: effort } };
    const plan = planTry(target, triedCase(values.input, document.path), [lane], sha256);
    await requireCodeTrust(plan, UNJUDGED, args, session);
    const calls = new AbortController();
    const cap = args.number('max-cost') ?? workspace.config.spend.perRun;
    const tries = this.open(plan, calls, cap);
    try {
      if (!(await this.mayStart(plan, cap))) return EXIT_INTERRUPTED;
      return await this.send(plan, tries, calls);
    } finally {
      tries.close();
    }
  }

  private open(plan: Plan, abort: AbortController, cap: number | null): TryCalls {
    const { evaluator, workspace } = this.session;
    return new TryCalls({
      ...{ root: workspace.root, plan, evaluator, cap, abort },
      readMedia: this.picked.reader(mediaReader(workspace.root, evaluator.measureMedia)),
      cache: cacheModeOf(this.args),
      emit: (event) => this.take(event),
    });
  }

  /** A request that surely costs less than a person is asked about goes at once; any other as a run. */
  private async mayStart(plan: Plan, cap: number | null): Promise<boolean> {
    const { args, session } = this;
    const { workspace, evaluator } = session;
    if (cap === null && plan.candidates.every(({ candidate }) => isFree(candidate))) return true;
    if (cap === null) {
      const readMedia = this.picked.reader(mediaReader(workspace.root, evaluator.measureMedia));
      const { atMostUsd } = await dryRun(plan, { ...dryRunPorts(workspace.root, evaluator, null), readMedia });
      if (atMostUsd !== null && !asksBefore(oneCall(atMostUsd), workspace.config.spend.askAbove)) return true;
    }
    return mayRun({ plan, judged: UNJUDGED, args, session, answers: { find: () => null, keep: () => false }, cap });
  }

  private async send(plan: Plan, tries: TryCalls, abort: AbortController): Promise<number> {
    const [candidate] = plan.candidates;
    if (candidate === undefined) throw new Error('A try has one candidate. This is a defect in Goldset; please report it.');
    const { client } = candidate.candidate;
    const stop = (): void => abort.abort();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    try {
      const sent = await tries.send(candidate, LANE);
      const schema =
        sent.last.toolCalls.length > 0
          ? null
          : await checkedOutput(sent.answered.response.output, sent.request.output.schema, this.session.evaluator);
      return await this.answered(plan, sent, triedAnswer(sent, client, this.thinking, schema));
    } catch (error) {
      if (!isHumanError(error)) throw error;
      return this.failed(plan, error, brokenAnswer(this.text, this.thinking, client, this.ttftMs), abort.signal.aborted);
    } finally {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    }
  }

  private take(event: CallEvent): void {
    if (event.type === 'thinking') this.thinking += event.text;
    else if (event.type === 'text') {
      if (event.ttftMs !== undefined) {
        // After a failed attempt, or the results of tools, an answer begins again.
        this.endLine();
        this.text = '';
        this.ttftMs = event.ttftMs;
      }
      this.text += event.text;
      this.print(event.text);
    } else {
      const note = shownWait(event);
      if (note !== null) stderr.write(`${note}\n`);
    }
  }

  private print(text: string): void {
    if (this.args.flag('json') || text === '') return;
    stdout.write(text);
    this.isAtLineStart = text.endsWith('\n');
  }

  private endLine(): void {
    if (!this.isAtLineStart) this.print('\n');
  }

  private async answered(plan: Plan, sent: SentLane, answer: TriedAnswer): Promise<number> {
    // An answer of the cache, and of a server that does not stream, comes whole.
    if (this.text === '') this.print(answer.text);
    this.endLine();
    for (const { name, arguments: given } of answer.toolCalls) this.print(`→ ${name} ${given}\n`);
    this.keep(plan, answer, sent);
    // The answer is whole and kept, whether or not it can be saved as a case.
    const { saved, error } = await this.savedOr(answer);
    if (this.args.flag('json')) stdout.json(tryJson({ plan, values: this.values, answer, sent, saved, error, isComplete: true }));
    for (const line of factLines(modelOf(plan), answer)) stderr.write(`${line}\n`);
    if (saved !== null) stderr.write(`Saved as the golden case ${saved.case} in ${saved.file}.\n`);
    if (error === null) return 0;
    const hint = hintOf(error);
    stderr.write(`goldset: not saved as a golden case: ${messageOf(error)}${hint === undefined ? '' : `\n  ${hint}`}\n`);
    return 2;
  }

  private async savedOr(answer: TriedAnswer): Promise<{ readonly saved: SavedCase | null; readonly error: HumanError | null }> {
    try {
      return { saved: await this.save(answer), error: null };
    } catch (error) {
      if (!isHumanError(error)) throw error;
      return { saved: null, error };
    }
  }

  private failed(plan: Plan, error: HumanError, answer: TriedAnswer, isInterrupted: boolean): number {
    this.endLine();
    if (this.text !== '' || isProviderError(error)) this.keep(plan, answer, null);
    if (this.args.flag('json'))
      stdout.json(tryJson({ plan, values: this.values, answer, sent: null, saved: null, error, isComplete: false }));
    const hint = hintOf(error);
    stderr.write(
      isInterrupted
        ? 'Interrupted. What had arrived is printed.\n'
        : `goldset: ${messageOf(error)}${hint === undefined ? '' : `\n  ${hint}`}\n`,
    );
    if (isInterrupted) return EXIT_INTERRUPTED;
    // A refused key is a matter of configuration.
    return isProviderError(error)
      ? error.failure === 'authentication'
        ? 2
        : EXIT_PROVIDER
      : error.code === 'origin/down'
        ? EXIT_PROVIDER
        : 2;
  }

  /** Into the history of the prompt. */
  private keep(plan: Plan, answer: TriedAnswer, sent: SentLane | null): void {
    const { document, version } = this.loaded.target;
    const now = new Date();
    const tried: Tried = {
      id: newTryId(now, Math.random()),
      at: now.toISOString(),
      ...{ prompt: document.path, version, answer },
      model: modelOf(plan),
      effort: this.args.text('effort'),
      values: this.values.texts,
      picked: this.picked.chosenIn(Object.values(this.values.texts)),
      turns: sent === null ? [] : turnsOf(sent.conversation),
      rendered: sent?.request.messages.length ?? 0,
      source: null,
    };
    try {
      new TryStore(this.session.workspace.root, document.path).keep(tried, now);
    } catch (error) {
      if (!isHumanError(error) && !(error instanceof Error && 'code' in error)) throw error;
      stderr.write(`This try is not kept: ${messageOf(error)}\n`);
    }
  }

  private async save(answer: TriedAnswer): Promise<SavedCase | null> {
    const { args, session, loaded, values, picked } = this;
    const id = args.text('save');
    if (id === null) return null;
    const { root } = session.workspace;
    const { vars, messages, tools = [] } = values.input;
    const expected = args.flag('accept') ? answer.text : args.text('expect');
    const added = triedCaseToWrite({ id, loaded, root, vars, expected, messages, tools, interaction: null, picked });
    const edit = await editOf({ loaded: { ...loaded, root } }, [added], session.evaluator, (file) => readText(file));
    const place = realPathToWrite(root, edit.file);
    if ((existsSync(place) ? readTextSync(place, MAX_STORE) : '') !== edit.text)
      throw new HumanError('golden/changed', `${path.basename(edit.file)} changed in the meantime.`, 'Try again.');
    replaceFile(place, applyEdits(edit.text, edit.edits));
    return { case: id, file: shownPath(root, edit.file) };
  }
}

interface SavedCase {
  readonly case: string;
  readonly file: string;
}

const modelOf = ({ candidates }: Plan): string => candidates[0]?.candidate.client.id ?? '';
