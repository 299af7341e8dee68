/**
 * Runs the bundled tests for Stryker. Its own runner for mocha does not know mocha 12 before the version that needs Node 22; this one
 * also loads bundles again in the same process for a mutant in code that runs while a module is loaded, and runs quick tests first.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { PluginKind, declareFactoryPlugin } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import Mocha from 'mocha';
import { BUNDLES, DURATIONS, LEFT_OUT } from './folders.mjs';

/** @typedef {import('@stryker-mutator/api/test-runner').TestResult} TestResult */

/**
 * What Stryker's mutants look at: which one is active, who counts them.
 * @type {{ activeMutant?: string | undefined, currentTestId?: string | undefined, hitCount?: number | undefined, hitLimit?: number | undefined, mutantCoverage?: import('@stryker-mutator/api/core').MutantCoverage }}
 */
const mutants = Reflect.get(globalThis, '__stryker__') ?? {};
Reflect.set(globalThis, '__stryker__', mutants);
/** Of random inputs: the same in each run, so that a mutant is found always or never. */
const SEED = 17;
/** ms. */
const QUICK = 30;
/** Stryker calls a loop endless that comes by 100 times as often as in all tests together; a tenth of that is enough, and is there sooner. */
const LIMIT = 0.1;

/** What mocha asks whether to run a test of this name. */
class Chosen extends RegExp {
  /** @param {(name: string) => boolean} isChosen */
  constructor(isChosen) {
    super('');
    this.isChosen = isChosen;
  }
  /**
   * @override
   * @param {string} name
   */
  test(name) {
    return this.isChosen(name);
  }
}
/** @param {string} name */
const isOfEveryRun = (name) => !LEFT_OUT.some((title) => title.test(name));

/**
 * A reporter that prints nothing and spends no time on differences, which mocha's own base class would.
 * @type {typeof Mocha.reporters.Base}
 */
const Silent = /** @type {never} */ (class {});

/**
 * @typedef {import('@stryker-mutator/api/test-runner').TestRunner} Runner
 * @implements {Runner}
 */
class TestRunner {
  /**
   * Tests with no mutant in what runs while they are loaded.
   * @type {Mocha | null}
   */
  clean = null;
  /**
   * ms that each test took in the dry run.
   * @type {[name: string, ms: number][] | null}
   */
  durations = null;
  /**
   * The bundles of tests, each with the sources in it.
   * @type {[file: string, inputs: string[]][]}
   */
  bundles = [];
  loads = 0;

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    fc.configureGlobal({ seed: SEED });
    this.bundles = Object.entries(JSON.parse(readFileSync(BUNDLES, 'utf8')));
    return Promise.resolve();
  }

  /**
   * @param {import('@stryker-mutator/api/test-runner').DryRunOptions} options
   * @returns {Promise<import('@stryker-mutator/api/test-runner').DryRunResult>}
   */
  async dryRun({ coverageAnalysis }) {
    const tests = await this.run(await this.cleanTests(), isOfEveryRun, false);
    writeFileSync(DURATIONS, JSON.stringify(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs])));
    const { mutantCoverage } = mutants;
    return { status: DryRunStatus.Complete, tests, ...(coverageAnalysis === 'off' || !mutantCoverage ? {} : { mutantCoverage }) };
  }

  /**
   * @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options
   * @returns {Promise<import('@stryker-mutator/api/test-runner').MutantRunResult>}
   */
  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, sandboxFileName }) {
    mutants.hitLimit = hitLimit === undefined ? undefined : Math.ceil(hitLimit * LIMIT);
    mutants.hitCount = hitLimit === undefined ? undefined : 0;
    const isStatic = mutantActivation === 'static';
    mutants.activeMutant = isStatic ? activeMutant.id : undefined;
    const mocha = isStatic
      ? await this.load((inputs) => inputs.some((input) => sandboxFileName.endsWith(`/${input}`)))
      : await this.cleanTests();
    mutants.activeMutant = activeMutant.id;
    /** @type {TestResult[]} */
    const tests = [];
    for (const part of this.inOrder(testFilter)) {
      tests.push(...(await this.run(mocha, (name) => part.has(name), true)));
      const limit = determineHitLimitReached(mutants.hitCount, mutants.hitLimit);
      if (limit) return toMutantRunResult(limit);
      if (tests.some(({ status }) => status === TestStatus.Failed)) break;
    }
    if (isStatic) mocha.dispose();
    return toMutantRunResult({ status: DryRunStatus.Complete, tests });
  }

  /**
   * Names of tests: the quick ones, then the others.
   * @param {readonly string[] | undefined} testFilter
   */
  inOrder(testFilter) {
    /** @type {[name: string, ms: number][]} */
    const durations = (this.durations ??= JSON.parse(readFileSync(DURATIONS, 'utf8')));
    const wanted = testFilter === undefined ? null : new Set(testFilter);
    /** @type {Set<string>} */
    const quick = new Set();
    /** @type {Set<string>} */
    const slow = new Set();
    for (const [name, ms] of durations) if (wanted === null || wanted.has(name)) (ms < QUICK ? quick : slow).add(name);
    return [quick, slow].filter(({ size }) => size > 0);
  }

  async cleanTests() {
    this.clean ??= await this.load(() => true);
    return this.clean;
  }

  /** @param {(inputs: string[]) => boolean} isWanted */
  async load(isWanted) {
    const mocha = new Mocha({ timeout: 0, reporter: Silent });
    mocha.cleanReferencesAfterRun(false);
    const load = this.loads++;
    for (const [file, inputs] of this.bundles) if (isWanted(inputs)) mocha.addFile(file);
    // @ts-expect-error -- The types of mocha do not know the option yet.
    await mocha.loadFilesAsync({ esmDecorator: (/** @type {string} */ file) => `${file}?${load}` });
    return mocha;
  }

  /**
   * @param {Mocha} mocha
   * @param {(name: string) => boolean} isChosen
   * @param {boolean} isFirstFailureEnough
   * @returns {Promise<TestResult[]>}
   */
  run(mocha, isChosen, isFirstFailureEnough) {
    bail(mocha.suite, isFirstFailureEnough);
    mocha.grep(new Chosen(isChosen));
    /** @type {TestResult[]} */
    const tests = [];
    return new Promise((resolve) => {
      const runner = mocha.run(() => resolve(tests));
      const { EVENT_TEST_BEGIN, EVENT_TEST_END, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;
      /** @param {Mocha.Test} test */
      const facts = (test) => ({ id: test.fullTitle(), name: test.fullTitle(), timeSpentMs: test.duration ?? 0 });
      runner.on(EVENT_TEST_BEGIN, (test) => (mutants.currentTestId = test.fullTitle()));
      runner.on(EVENT_TEST_END, () => (mutants.currentTestId = undefined));
      runner.on(EVENT_TEST_PASS, (test) => tests.push({ ...facts(test), status: TestStatus.Success }));
      runner.on(EVENT_TEST_FAIL, (test, { message }) =>
        tests.push({ ...facts(test), status: TestStatus.Failed, failureMessage: message ?? 'failed' }),
      );
      runner.on(EVENT_TEST_PENDING, (test) => tests.push({ ...facts(test), status: TestStatus.Skipped }));
    });
  }
}

/**
 * @param {Mocha.Suite} suite
 * @param {boolean} value
 */
function bail(suite, value) {
  suite.bail(value);
  for (const inner of suite.suites) bail(inner, value);
}

const create = () => new TestRunner();
create.inject = /** @type {const} */ ([]);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'bundled-mocha', create)];
