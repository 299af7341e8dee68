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

/** What Stryker's mutants look at: which one is active, who counts them. */
const mutants = (globalThis.__stryker__ ??= {});
/** Of random inputs: the same in each run, so that a mutant is found always or never. */
const SEED = 17;
/** ms. */
const QUICK = 30;
/** Stryker calls a loop endless that comes by 100 times as often as in all tests together; a tenth of that is enough, and is there sooner. */
const LIMIT = 0.1;

/** What mocha asks whether to run a test of this name. */
class Chosen extends RegExp {
  constructor(isChosen) {
    super('');
    this.isChosen = isChosen;
  }
  test(name) {
    return this.isChosen(name);
  }
}
const isOfEveryRun = (name) => !LEFT_OUT.some((title) => title.test(name));

class TestRunner {
  /** Tests with no mutant in what runs while they are loaded. */
  clean = null;
  loads = 0;

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    fc.configureGlobal({ seed: SEED });
    this.bundles = Object.entries(JSON.parse(readFileSync(BUNDLES, 'utf8')));
    return Promise.resolve();
  }

  async dryRun({ coverageAnalysis }) {
    const tests = await this.run(await this.cleanTests(), isOfEveryRun, false);
    writeFileSync(DURATIONS, JSON.stringify(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs])));
    return { status: DryRunStatus.Complete, tests, ...(coverageAnalysis === 'off' ? {} : { mutantCoverage: mutants.mutantCoverage }) };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, sandboxFileName }) {
    mutants.hitLimit = hitLimit === undefined ? undefined : Math.ceil(hitLimit * LIMIT);
    mutants.hitCount = hitLimit === undefined ? undefined : 0;
    const isStatic = mutantActivation === 'static';
    mutants.activeMutant = isStatic ? activeMutant.id : undefined;
    const mocha = isStatic
      ? await this.load((inputs) => inputs.some((input) => sandboxFileName.endsWith(`/${input}`)))
      : await this.cleanTests();
    mutants.activeMutant = activeMutant.id;
    const tests = [];
    for (const part of this.inOrder(testFilter)) {
      tests.push(...(await this.run(mocha, (name) => part.has(name), true)));
      const limit = determineHitLimitReached(mutants.hitCount, mutants.hitLimit);
      if (limit) return limit;
      if (tests.some(({ status }) => status === TestStatus.Failed)) break;
    }
    if (isStatic) mocha.dispose();
    return toMutantRunResult({ status: DryRunStatus.Complete, tests });
  }

  /** Names of tests: the quick ones, then the others. */
  inOrder(testFilter) {
    this.durations ??= JSON.parse(readFileSync(DURATIONS, 'utf8'));
    const wanted = testFilter === undefined ? null : new Set(testFilter);
    const parts = [new Set(), new Set()];
    for (const [name, ms] of this.durations) if (wanted === null || wanted.has(name)) parts[ms < QUICK ? 0 : 1].add(name);
    return parts.filter(({ size }) => size > 0);
  }

  async cleanTests() {
    this.clean ??= await this.load(() => true);
    return this.clean;
  }

  async load(isWanted) {
    const mocha = new Mocha({ timeout: 0, reporter: class {} });
    mocha.cleanReferencesAfterRun(false);
    const load = this.loads++;
    for (const [file, inputs] of this.bundles) if (isWanted(inputs)) mocha.addFile(file);
    await mocha.loadFilesAsync({ esmDecorator: (file) => `${file}?${load}` });
    return mocha;
  }

  run(mocha, isChosen, isFirstFailureEnough) {
    bail(mocha.suite, isFirstFailureEnough);
    mocha.grep(new Chosen(isChosen));
    const tests = [];
    return new Promise((resolve) => {
      const runner = mocha.run(() => resolve(tests));
      const { EVENT_TEST_BEGIN, EVENT_TEST_END, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;
      const add = (test, result) =>
        tests.push({ id: test.fullTitle(), name: test.fullTitle(), timeSpentMs: test.duration ?? 0, ...result });
      runner.on(EVENT_TEST_BEGIN, (test) => (mutants.currentTestId = test.fullTitle()));
      runner.on(EVENT_TEST_END, () => (mutants.currentTestId = undefined));
      runner.on(EVENT_TEST_PASS, (test) => add(test, { status: TestStatus.Success }));
      runner.on(EVENT_TEST_FAIL, (test, { message }) => add(test, { status: TestStatus.Failed, failureMessage: message ?? 'failed' }));
      runner.on(EVENT_TEST_PENDING, (test) => add(test, { status: TestStatus.Skipped }));
    });
  }
}

function bail(suite, value) {
  suite.bail(value);
  for (const inner of suite.suites) bail(inner, value);
}

const create = () => new TestRunner();
create.inject = [];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'bundled-mocha', create)];
