/**
 * The playground of one prompt: everything that its page calls, except pickers and the clipboard, which belong to the window. Made by
 * `Engine.tries.session(prompt, window)`; it tells the page through `window.page`. Requests are planned, limited, cached and sent as those of
 * a run. Nothing is sent or written in Restricted Mode.
 */
import { dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { PickedFiles } from '../../adapters/tries/picked-files.ts';
import { newTryId, TryStore } from '../../adapters/tries/try-store.ts';
import { refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import type { ToolMock } from '../../core/golden/tool-mocks.ts';
import { labelOf } from '../../core/golden/case.ts';
import { inputFields, type InputField } from '../../core/try/input-fields.ts';
import { caseMessagesOf, editedMessages, turnsOf } from '../../core/try/turns.ts';
import { typedInput, textsOf, type TypedInput } from '../../core/try/typed-values.ts';
import { titleOfTry, type Tried, type TrySource } from '../../core/try/tried.ts';
import type {
  KeptTry,
  PickedFile,
  RenderedTry,
  TryAnswer,
  TryFollowUp,
  TryHost,
  TryInput,
  TryModelGroup,
  TryPrompt,
  TryRequest,
  TrySummary,
} from '../../protocol/try.ts';
import { formatOf } from '../results-view/show-cell.ts';
import { LaneState, mockOf, type LaneInput } from './try-lane.ts';
import { keptCase } from './try-keep.ts';
import type { RootedLoad, TryPorts, TryWindow } from './try-ports.ts';
import { tryProblem } from './try-problem.ts';
import { RenderedPreview } from './try-render.ts';
import { sendLanes } from './try-send.ts';

/** Lanes side by side. */
const MOST_LANES = 4;
/** Lanes that can be continued, kept and copied; the oldest are forgotten. */
const MOST_KNOWN = 64;
/** Golden cases that the page offers. */
const MOST_CASES = 500;
/** Characters of a typed text. */
const MOST_TEXT = 2_000_000;

/** What the page calls, as promises; the window does the rest. */
export type TryCallsOfPage = {
  readonly [K in Exclude<keyof TryHost, 'pickFile' | 'copyAs' | 'act'>]: (
    args: Parameters<TryHost[K]>[0],
  ) => Promise<ReturnType<TryHost[K]>>;
};

export class TrySession implements TryCallsOfPage {
  private readonly lanes = new Map<string, LaneState>();
  private readonly preview: RenderedPreview;
  private readonly picked = new PickedFiles();
  /** Where the values of the page came from last. */
  private filled: { readonly tools: readonly ToolMock[]; readonly interaction: TrySource | null } = { tools: [], interaction: null };
  private abort: AbortController | null = null;
  /** How often a person stopped: what was being prepared then is not sent. */
  private stops = 0;

  constructor(
    private readonly ports: TryPorts,
    private readonly window: TryWindow,
  ) {
    this.preview = new RenderedPreview(ports);
  }

  /** Ends what is under way. */
  dispose(): void {
    this.stops++;
    this.abort?.abort();
  }

  /** The files of the prompt changed: the page gets its form again. */
  async refresh(): Promise<void> {
    this.window.page.changed(await this.ready());
  }

  async ready(_args: null = null): Promise<TryPrompt> {
    const { loaded, fields } = await this.open();
    const { document, cases, version } = loaded.target;
    const { config } = await this.ports.workspace();
    const last = this.storeOf(loaded)?.last() ?? null;
    const defaults = textsOf(fields, document.input.defaults);
    const known = Object.fromEntries(
      fields.flatMap(({ name }) => (last !== null && name in last.values ? [[name, last.values[name] ?? '']] : [])),
    );
    if (last !== null) this.picked.remember(last.picked);
    // The fields begin with its values, whatever they came from.
    if (last !== null && this.filled.interaction === null) this.filled = { ...this.filled, interaction: last.source };
    return {
      name: document.path,
      version: version.slice(0, 8),
      problem: this.problemOf(loaded),
      fields: fields.map(({ name, kind, choices, required, description }) => ({ name, kind, choices, required, description })),
      model: findModel({ given: null, document, config })?.id ?? null,
      input: { values: { ...known, ...defaults } },
      cases: cases.slice(0, MOST_CASES).map((item) => ({ id: item.id, title: labelOf(item) })),
      interactions: this.ports.isTrusted() ? await this.ports.interactions(loaded) : [],
      tools: document.tools.map(({ name }) => name),
    };
  }

  async render(args: Parameters<TryHost['render']>[0]): Promise<RenderedTry> {
    const { loaded, fields } = await this.open();
    const problem = this.problemOf(loaded);
    if (problem !== null) return { messages: [], problems: [{ field: null, message: problem.message }], tokens: null, inputCostUsd: null };
    return this.preview.render(loaded, typedInput(fields, valuesOf(args)), args.model ?? null);
  }

  async send(args: TryRequest): Promise<null> {
    this.ports.requireTrusted();
    if (args.lanes.length === 0 || args.lanes.length > MOST_LANES || new Set(args.lanes.map(({ id }) => id)).size !== args.lanes.length)
      throw new HumanError('try/lanes', `A try has 1 to ${MOST_LANES} models.`, 'Remove a model, or add one.');
    const { stops } = this;
    const { loaded, typed } = await this.checkedInput(args);
    const input: LaneInput = { loaded, typed, values: valuesOf(args), messages: undefined, ...this.filled };
    for (const lane of args.lanes) this.put(new LaneState(lane, input, this.window.page));
    await this.sendAll(
      args.lanes.map(({ id }) => this.lane(id)),
      !args.useCache,
      stops,
    );
    return null;
  }

  async followUp({ lane: id, history, text }: TryFollowUp): Promise<null> {
    this.ports.requireTrusted();
    const before = this.lane(id);
    if (text.trim() === '') throw new HumanError('try/empty', 'The message is empty.', 'Write what you want to say.');
    const messages = [...editedMessages(before.conversation, history), { role: 'user', content: [{ text: text.slice(0, MOST_TEXT) }] }];
    await this.goOn(before, messages);
    return null;
  }

  async answerTool({ lane: id, call, result }: Parameters<TryHost['answerTool']>[0]): Promise<null> {
    this.ports.requireTrusted();
    const lane = this.lane(id);
    const waiting = lane.waiting[call];
    if (waiting === undefined) throw new HumanError('try/no-call', 'This call does not wait for a result.', 'Send the prompt again.');
    waiting.result = result.slice(0, MOST_TEXT);
    const results = lane.results();
    if (results === null) return null;
    lane.typedResults.push(...lane.waiting.map((each) => mockOf(each.call, each.result ?? '')));
    await this.goOn(lane, [...lane.conversation, results]);
    return null;
  }

  async stop(_args: null = null): Promise<null> {
    this.stops++;
    this.abort?.abort();
    return Promise.resolve(null);
  }

  async fill({ from, id }: Parameters<TryHost['fill']>[0]): Promise<TryInput> {
    const { loaded, fields } = await this.open();
    if (from === 'case') {
      const found = loaded.target.cases.find((item) => item.id === id);
      if (found === undefined) throw new HumanError('case/missing', `There is no golden case ${id} any more.`, 'Choose another case.');
      this.filled = { tools: found.tools ?? [], interaction: null };
      return { values: textsOf(fields, { ...loaded.target.document.input.defaults, ...found.vars }) };
    }
    this.ports.requireTrusted();
    if (from === 'interaction') {
      const { interaction, day } = await this.ports.interaction(loaded.root, id);
      this.filled = { tools: [], interaction: { interaction: interaction.id, day } };
      return { values: textsOf(fields, { ...loaded.target.document.input.defaults, ...interaction.variables }) };
    }
    const last = this.storeOf(loaded)?.last() ?? null;
    if (last === null) throw new HumanError('try/none', 'This prompt was not tried before.', 'Fill in the fields, then send.');
    this.filled = { tools: [], interaction: last.source };
    this.picked.remember(last.picked);
    return { values: last.values };
  }

  /** A file that a person chose in the window's picker. @throws {HumanError} */
  async pickedFile(file: string): Promise<PickedFile> {
    const { loaded } = await this.open();
    return this.picked.pick(file, loaded.root, loaded.file.replace(/#.*$/s, ''));
  }

  dropFile({ name, base64 }: Parameters<TryHost['dropFile']>[0]): Promise<PickedFile> {
    return Promise.resolve(this.picked.drop(name, base64));
  }

  async models(_args: null = null): Promise<readonly TryModelGroup[]> {
    const { loaded } = await this.open();
    const own = loaded.target.document.model;
    return this.ports.modelGroups(own === null ? [] : [own.id], await this.window.scripted(loaded.root));
  }

  async keep({ lane: id, expected }: Parameters<TryHost['keep']>[0]): Promise<ReturnType<TryHost['keep']>> {
    this.ports.requireTrusted();
    const lane = this.lane(id);
    // As the golden set is now.
    const { loaded } = await this.open();
    const edit = await this.ports.addCase(loaded, keptCase({ lane, loaded, expected, picked: this.picked }));
    await this.window.write(edit);
    return { case: edit.case, file: edit.file };
  }

  /** The request of a lane as a program that sends the same bytes. @throws {HumanError} when it was not sent, or has no server. */
  async programOf({ lane: id, form }: Parameters<TryHost['copyAs']>[0]): Promise<string> {
    const { request, parameters, client, input } = this.lane(id);
    if (request === null || client === null) throw new HumanError('try/not-sent', 'This was not sent.', 'Send it, then copy it.');
    const { version } = input.loaded.target;
    return this.ports.programOf(request, { model: client.id, version, parameters }, await this.ports.workspace(), form);
  }

  async history({ search, from, count }: Parameters<TryHost['history']>[0]): Promise<ReturnType<TryHost['history']>> {
    const { loaded } = await this.open();
    const found = this.storeOf(loaded)?.find(search, from, Math.min(count, 200)) ?? null;
    if (found === null) return { total: 0, tries: [], note: null };
    const { total, tries, refused } = found;
    return { total, tries: tries.map(summaryOf), note: refused.first };
  }

  /** Its answer has a lane of its own, with which it can be continued, kept and copied. */
  async openTry({ id }: Parameters<TryHost['openTry']>[0]): Promise<KeptTry> {
    const { loaded, fields } = await this.open();
    const tried = this.storeOf(loaded)?.read(id) ?? null;
    if (tried === null) throw new HumanError('try/gone', 'This try is no longer stored.', 'Open another one.');
    this.picked.remember(tried.picked);
    const typed = typedInput(fields, tried.values);
    const lane = { id: `kept:${tried.id}`, model: tried.model, effort: tried.effort };
    const input = { loaded, typed, values: tried.values, messages: undefined, tools: [], interaction: tried.source };
    const state = new LaneState(lane, input, this.window.page);
    state.conversation = editedMessages([], tried.turns);
    state.rendered = state.conversation.slice(0, tried.rendered);
    state.answer = tried.answer;
    this.put(state);
    return {
      summary: summaryOf(tried),
      lane,
      input: { values: tried.values },
      turns: tried.turns,
      answer: { lane: lane.id, ...tried.answer, format: formatOf(tried.answer.text), problem: null, id: tried.id },
    };
  }

  /** Continues a lane with these messages instead of those that it has. */
  private async goOn(before: LaneState, messages: LaneState['conversation']): Promise<void> {
    const lane = new LaneState(before.lane, { ...before.input, messages: caseMessagesOf(messages, before.rendered) }, this.window.page);
    lane.typedResults = before.typedResults;
    lane.rendered = before.rendered;
    // What was said stays when nothing is sent: a person goes on from it.
    lane.conversation = messages;
    this.put(lane);
    await this.sendAll([lane], false, this.stops);
  }

  /** A lane of the same name makes place. */
  private put(lane: LaneState): void {
    const { id } = lane.lane;
    const before = this.lanes.get(id);
    if (before !== undefined) before.isReplaced = true;
    this.lanes.delete(id);
    this.lanes.set(id, lane);
    const [oldest] = this.lanes.keys();
    if (this.lanes.size > MOST_KNOWN && oldest !== undefined) this.lanes.delete(oldest);
  }

  /** `stops`: how often a person had stopped when this began. */
  private async sendAll(lanes: readonly LaneState[], refresh: boolean, stops: number): Promise<void> {
    const abort = new AbortController();
    this.abort?.abort();
    this.abort = abort;
    const workspace = await this.ports.workspace();
    refuseBrokenSettings(workspace);
    dataFolder(workspace.root).require();
    if (stops !== this.stops) abort.abort();
    const job = { lanes, workspace, ports: this.ports, abort, refresh, picked: this.picked };
    await sendLanes(job, (lane, problem) => this.answered(lane, problem));
    if (this.abort === abort) this.abort = null;
  }

  /** An answer is stored before the page has it. */
  private answered(lane: LaneState, problem: TryAnswer['problem']): void {
    lane.flush();
    const { answer } = lane;
    if (answer === null) throw new Error('A lane that ended has an answer. This is a defect in Goldset; please report it.');
    const { id, failure } = this.stored(lane, answer);
    if (lane.isReplaced) return;
    this.window.page.answered({ lane: lane.lane.id, ...answer, format: formatOf(answer.text), problem: problem ?? failure, id });
  }

  private stored(lane: LaneState, answer: Tried['answer']): { readonly id: string; readonly failure: TryAnswer['problem'] } {
    const { loaded, values } = lane.input;
    const now = new Date();
    const { path: prompt } = loaded.target.document;
    const { conversation, rendered } = lane;
    const tried: Tried = {
      id: newTryId(now, Math.random()),
      at: now.toISOString(),
      ...{ prompt, values, answer },
      version: loaded.target.version,
      model: lane.lane.model,
      effort: lane.lane.effort,
      picked: this.picked.chosenIn(Object.values(values)),
      turns: turnsOf(conversation),
      rendered: rendered.length,
      source: lane.input.interaction,
    };
    try {
      this.storeOf(loaded)?.keep(tried, now);
      return { id: tried.id, failure: null };
    } catch (error) {
      if (!isHumanError(error) && !(error instanceof Error && 'code' in error)) throw error;
      return { id: tried.id, failure: tryProblem(error) };
    }
  }

  private lane(id: string): LaneState {
    const lane = this.lanes.get(id);
    if (lane === undefined) throw new HumanError('try/not-sent', 'This was not sent.', 'Send the prompt first.');
    return lane;
  }

  private async open(): Promise<{ readonly loaded: RootedLoad; readonly fields: readonly InputField[] }> {
    const loaded = await this.ports.load();
    return { loaded, fields: inputFields({ reading: loaded.reading, partials: loaded.partials, cases: loaded.target.cases }) };
  }

  private async checkedInput(args: TryInput): Promise<{ readonly loaded: RootedLoad; readonly typed: TypedInput }> {
    const { loaded, fields } = await this.open();
    refuseBrokenPrompt(loaded);
    const typed = typedInput(fields, valuesOf(args));
    const [problem] = typed.problems;
    if (problem !== undefined) throw new HumanError('values/invalid', problem.message, 'Correct the field, then send.');
    return { loaded, typed };
  }

  private problemOf(loaded: RootedLoad): TryPrompt['problem'] {
    try {
      refuseBrokenPrompt(loaded);
      return null;
    } catch (error) {
      return tryProblem(error);
    }
  }

  /** Null in Restricted Mode, where `.goldset/` is neither read nor written. */
  private storeOf({ root, target }: RootedLoad): TryStore | null {
    return this.ports.isTrusted() ? new TryStore(root, target.document.path) : null;
  }
}

/** What a page sends, whatever its shape, as texts of bounded length. */
const valuesOf = ({ values }: TryInput): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text.slice(0, MOST_TEXT)]] : [])),
  );

const summaryOf = (tried: Tried): TrySummary => ({
  id: tried.id,
  at: tried.at,
  model: tried.effort === null ? tried.model : `${tried.model} (${tried.effort})`,
  version: tried.version.slice(0, 8),
  title: titleOfTry(tried),
  preview: tried.answer.text.slice(0, 200),
  costUsd: tried.answer.costUsd,
});
