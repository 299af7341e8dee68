/** Errors are recognised across bundles: each bundle has its own copy of the classes. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import * as here from '../../src/core/problems/errors.ts';
import { CannotGrade, isCannotGrade } from '../../src/core/grade/assertion.ts';
import { GitMissing, isGitMissing } from '../../src/adapters/git/git.ts';

type Errors = typeof here;
const KINDS = ['isHumanError', 'isConfigurationError', 'isProviderError', 'isEvaluationTimeout'] as const;

/** Which guards of a bundle say yes. */
const recognised = (error: unknown, errors: Errors): string[] => KINDS.filter((guard) => errors[guard](error));

describe('errors across bundles', () => {
  let folder = '';
  const bundles: Errors[] = [];

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'goldset-brands-'));
    for (const name of ['one', 'two']) {
      const outfile = path.join(folder, `${name}.mjs`);
      await esbuild.build({ entryPoints: ['src/core/problems/errors.ts'], bundle: true, format: 'esm', outfile, logLevel: 'error' });
      bundles.push((await import(pathToFileURL(outfile).href)) as Errors);
    }
  });

  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('an error of one bundle is recognised by the guards of the other, where instanceof fails', () => {
    const [one, two] = bundles as [Errors, Errors];
    const configuration: unknown = new one.ConfigurationError('model/none', 'No model.', 'Name one.');
    assert.ok(!(configuration instanceof two.HumanError), 'the two bundles share a class, so this shows nothing');
    assert.deepEqual(recognised(configuration, two), ['isHumanError', 'isConfigurationError']);
    assert.deepEqual(recognised(new one.HumanError('a/b', 'c'), two), ['isHumanError']);
    assert.deepEqual(recognised(new one.ProviderError('timeout', 'late'), two), ['isHumanError', 'isProviderError']);
    assert.deepEqual(recognised(new one.EvaluationTimeout('Rendering', 5), two), ['isHumanError', 'isEvaluationTimeout']);
    assert.ok(two.isHumanError(configuration) && configuration.code === 'model/none' && configuration.hint === 'Name one.');
  });

  it('an error that is not of Goldset is not recognised', () => {
    for (const other of [new Error('x'), new TypeError('x'), { code: 'a/b', message: 'c' }, 'text', null, undefined])
      assert.deepEqual(recognised(other, here), []);
    assert.equal(isCannotGrade(new here.HumanError('a/b', 'c')), false);
    assert.deepEqual([isCannotGrade(new CannotGrade('no price')), recognised(new CannotGrade('no price'), here)], [true, []]);
  });

  it('a subclass in another file keeps the kinds of its base class', () => {
    const missing = new GitMissing('git/missing', 'Git was not found.');
    assert.deepEqual([isGitMissing(missing), recognised(missing, here)], [true, ['isHumanError']]);
    assert.equal(isGitMissing(new here.HumanError('git/missing', 'Git was not found.')), false);
  });

  it('the brand is not printed with the error, and is no key of it', () => {
    const error = new here.ConfigurationError('a/b', 'c');
    assert.deepEqual(Object.getOwnPropertySymbols(error), []);
    assert.deepEqual(Object.keys(error).sort(), ['code', 'hint', 'name']);
  });

  it('no source uses instanceof with an error class of Goldset', () => {
    const files = fs.readdirSync('src', { recursive: true }).map(String);
    const texts = files
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => [file, fs.readFileSync(path.join('src', file), 'utf8')] as const);
    const own = new Set(texts.flatMap(([, text]) => [...text.matchAll(/class (\w+) extends \w*Error\b/g)].map((match) => match[1] ?? '')));
    for (const known of ['HumanError', 'ProviderError', 'CannotGrade', 'GitMissing', 'WireProblem']) assert.ok(own.has(known), known);
    const uses = texts.flatMap(([file, text]) =>
      [...text.matchAll(/instanceof (\w+)/g)].filter((match) => own.has(match[1] ?? '')).map((match) => `${file}: ${match[0]}`),
    );
    assert.deepEqual(uses, []);
  });
});
