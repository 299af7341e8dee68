/**
 * Calls the functions that build prompts. Each has one process, which is started by the first call, answers one case after the other, is
 * restarted when the function or anything that it imports from the workspace has changed, and is killed when a call takes too long or
 * answers too much, and after a while without a call. Nothing here is called on a keystroke: commands and runs call it.
 */
import path from 'node:path';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import type { CodeConfig } from '../../core/config/goldset-yaml.ts';
import type { Permit } from '../../core/trust/execution.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { readBuiltRequest } from '../../core/model/built-request.ts';
import { variablesKey, type BuildProblem, type BuiltAnswer, type BuiltAnswers } from '../../core/prompt/built/built-answer.ts';
import { promptfooAnswer, promptfooArgument } from '../../core/prompt/promptfoo/built-prompt.ts';
import { shownBuild } from '../../core/prompt/built/build-reference.ts';
import type { BuildFunction, PromptDocument, TestGenerator } from '../../core/prompt/document.ts';
import { excerpt } from '../../core/text/text.ts';
import { isInside } from '../within.ts';
import { buildContent } from '../workspace/build-content.ts';
import { pythonProgram } from '../workspace/python.ts';
import { FunctionProcess } from './function-process.ts';
import { JAVASCRIPT_FUNCTION, PYTHON_FUNCTION } from './function-programs.ts';
import { IMPORT_ARGUMENTS } from './javascript-import.ts';
import { permissionArguments } from './node-permission.ts';
import { variables } from './run-process.ts';

/** ms that loading a function may take: loading never counts as a call. */
const LOAD_MS = 60_000;
/** ms without a call after which a process ends. */
const IDLE_MS = 120_000;
/** After so many cases in a row that had to be killed, the function itself is at fault. */
const MAX_TIMEOUTS = 2;
/** Answers that are kept, so that the estimate of a run and the run itself see the same request. */
const MAX_KEPT = 5000;

interface Held {
  readonly content: string;
  readonly process: FunctionProcess;
  idle: NodeJS.Timeout | null;
}

export class BuildFunctions {
  private readonly held = new Map<string, Held>();
  private readonly kept = new Map<string, BuiltAnswer>();
  private readonly timeouts = new Map<string, number>();
  /** One call at a time. */
  private last: Promise<unknown> = Promise.resolve();

  /** `root`: where the code is read from, which is that of the base where a base judges a change. */
  constructor(
    private readonly root: string,
    private readonly config: CodeConfig,
    private readonly permit: Permit,
    /** Where the bundle is that compiles TypeScript. */
    private readonly compiler: string,
  ) {}

  /**
   * What the function of a prompt returns for each of these variables; empty for a prompt without one.
   * @throws {ConfigurationError} `trust/needed`; {HumanError} `build/changed` when its code is another than that of the version, and
   * `build/stopped` when `signal` stopped it: its process has ended then.
   */
  async answers({ template }: PromptDocument, inputs: readonly JsonObject[], signal?: AbortSignal): Promise<BuiltAnswers> {
    const answers = new Map<string, BuiltAnswer>();
    if (template.kind !== 'built') return answers;
    const { build, content } = template;
    const { language, file, name } = build;
    const { env, python } = this.config;
    this.permit({ kind: 'code', language, source: { file, name }, env, python, builds: true });
    if (buildContent(this.root, build) !== content)
      throw new HumanError(
        'build/changed',
        `${shownBuild(build)}, or a file that it imports, has changed since it was read.`,
        'Start again.',
      );
    for (const input of inputs) {
      const key = variablesKey(input);
      if (!answers.has(key)) answers.set(key, await this.inTurn(() => this.answer(build, content, input, key, signal)));
    }
    return answers;
  }

  /**
   * What a function that makes the tests of a promptfoo config returns.
   * @throws {ConfigurationError} `trust/needed`; {HumanError} when it failed, or there is no such file.
   */
  async tests({ build, config }: TestGenerator): Promise<JsonValue> {
    const { language, file, name } = build;
    const { env, python } = this.config;
    const shown = shownBuild(build);
    this.permit({ kind: 'code', language, source: { file, name }, env, python, builds: true });
    const content = buildContent(this.root, build);
    if (content === null) throw new HumanError('build/missing', `There is no file ${file}, whose function makes tests.`);
    return this.inTurn(async () => {
      const { process } = this.processOf(build, content, true);
      try {
        const answer = await process.call({ arguments: config === null ? [] : [config] }).catch((error: unknown): JsonObject => {
          if (!isHumanError(error)) throw error;
          return { error: error.message };
        });
        if (typeof answer['error'] !== 'string') return answer['value'] ?? null;
        const failed = this.failure(shown, answer, language);
        throw new HumanError(failed.code, failed.problem, failed.hint);
      } finally {
        this.drop(keyOfProcess(build, true));
      }
    });
  }

  /** Forgets what was returned, of this function or of all, so that the next run calls it again. */
  forget(build?: BuildFunction): void {
    const isOf = (key: string): boolean => build === undefined || key.startsWith(`${shownBuild(build)} `);
    for (const known of [this.kept, this.timeouts]) for (const key of known.keys()) if (isOf(key)) known.delete(key);
  }

  /** Ends all processes. */
  dispose(): void {
    for (const key of [...this.held.keys()]) this.drop(key);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async answer(
    build: BuildFunction,
    content: string,
    input: JsonObject,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<BuiltAnswer> {
    const { promptfoo } = build;
    const id = `${shownBuild(build)} ${content}${promptfoo === undefined ? '' : ` ${JSON.stringify(promptfoo.config)}`}`;
    const known = this.kept.get(`${id} ${key}`);
    if (known !== undefined) return known;
    const timeouts = this.timeouts.get(id) ?? 0;
    if (timeouts >= MAX_TIMEOUTS)
      return {
        code: 'build/timeout',
        problem: `${shownBuild(build)} took too long for ${timeouts} cases in a row, so it is not called again.`,
      };
    refuseStopped(build, signal);
    const answer = await this.called(build, content, input, signal);
    // What was stopped says nothing about the case.
    refuseStopped(build, signal);
    this.timeouts.set(id, 'problem' in answer && answer.code === 'build/timeout' ? timeouts + 1 : 0);
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(`${id} ${key}`, answer);
    return answer;
  }

  private async called(build: BuildFunction, content: string, input: JsonObject, signal: AbortSignal | undefined): Promise<BuiltAnswer> {
    const shown = shownBuild(build);
    const stop = (): void => this.drop(shown);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const held = this.processOf(build, content);
      const { promptfoo } = build;
      const answer = await held.process.call({ variables: promptfoo === undefined ? input : promptfooArgument(input, promptfoo.config) });
      if (typeof answer['error'] === 'string') return this.failure(shown, answer, build.language);
      const value = answer['value'] ?? null;
      return readBuiltRequest(promptfoo === undefined ? value : promptfooAnswer(value, input, shown), shown);
    } catch (error) {
      if (!isHumanError(error)) throw error;
      return problemOf(shown, error);
    } finally {
      signal?.removeEventListener('abort', stop);
      this.rest(shown);
    }
  }

  /** An error that the function threw. A module that is missing is missing for one interpreter: it is named. */
  private failure(shown: string, answer: JsonObject, language: BuildFunction['language']): BuildProblem {
    const said = typeof answer['error'] === 'string' ? answer['error'] : '';
    const python = typeof answer['python'] === 'string' ? answer['python'] : null;
    const text = excerpt(said, 500);
    if (answer['missing'] !== true) return { code: 'build/error', problem: `${shown} failed: ${text}` };
    // What was not loaded is loaded again by the next call.
    this.drop(shown);
    return {
      code: 'build/missing-module',
      problem: `${shown} failed: ${text}${python === null ? '' : `. The Python is ${python}`}`,
      hint:
        language === 'python'
          ? 'Install the module for this Python, or name another one: `code: { python: … }` in goldset.yaml. Without it, Goldset uses .venv, venv or python3.'
          : 'Install the packages of the workspace.',
    };
  }

  private processOf(build: BuildFunction, content: string, isData = false): Held {
    const key = keyOfProcess(build, isData);
    const known = this.held.get(key);
    if (known?.content === content && known.process.isAlive) {
      if (known.idle !== null) clearTimeout(known.idle);
      return known;
    }
    this.drop(key);
    const held: Held = { content, process: this.start(build, isData), idle: null };
    this.held.set(key, held);
    return held;
  }

  private start({ language, file, name }: BuildFunction, isData: boolean): FunctionProcess {
    const { env, timeout, python } = this.config;
    const isPython = language === 'python';
    // In the extension host the program is VS Code's own, which is a plain Node with this variable.
    const own = isPython ? {} : { ELECTRON_RUN_AS_NODE: '1' };
    return new FunctionProcess({
      command: isPython ? pythonProgram(this.root, python) : process.execPath,
      args: isPython
        ? ['-c', PYTHON_FUNCTION]
        : [...permissionArguments(process.execPath, this.root, this.compiler), ...IMPORT_ARGUMENTS, '-e', JAVASCRIPT_FUNCTION],
      cwd: this.root,
      env: { ...variables(env), ...own },
      head: { file: this.fileIn(file), name, isData, ...(isPython ? {} : { transpiler: this.compiler }) },
      loadMs: LOAD_MS,
      callMs: timeout * 1000,
    });
  }

  private rest(key: string): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    if (!held.process.isAlive) this.drop(key);
    else {
      held.idle = setTimeout(() => this.drop(key), IDLE_MS);
      held.idle.unref();
    }
  }

  private drop(key: string): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    this.held.delete(key);
    if (held.idle !== null) clearTimeout(held.idle);
    held.process.kill();
  }

  /** By real path: no link and no `..` leads out of the workspace. */
  private fileIn(given: string): string {
    const file = path.resolve(this.root, given);
    if (!isInside(this.root, file))
      throw new HumanError('build/missing', `There is no file ${given} in this workspace.`, 'Its path is relative to goldset.yaml.');
    return file;
  }
}

/** The tests of a file need not be a function, so that its process is one of its own. */
const keyOfProcess = (build: BuildFunction, isData: boolean): string => `${shownBuild(build)}${isData ? ' tests' : ''}`;

function refuseStopped(build: BuildFunction, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new HumanError('build/stopped', `${shownBuild(build)} was stopped.`, 'Start again.');
}

function problemOf(shown: string, error: HumanError): BuildProblem {
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  if (error.code === 'process/timeout')
    return {
      code: 'build/timeout',
      problem: `${shown}: ${error.message}`,
      hint: 'A call has `code: { timeout: … }` of goldset.yaml, in seconds.',
    };
  return { code: error.code, problem: error.code === 'build/answer' ? error.message : `${shown}: ${error.message}`, ...hint };
}
