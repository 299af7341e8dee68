/** What `npm run release` refuses, and that the workflow of a release uses the same script. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Checks {
  versionProblems(texts: { manifest: string; lock: string; changelog: string; tag: string | null }): string[];
  licenceProblems(notices: string): string[];
  readmeProblems(readme: string): string[];
}
const { licenceProblems, readmeProblems, versionProblems } = (await import(path.resolve('scripts/release-checks.mjs'))) as Checks;

const texts = {
  manifest: '{ "version": "1.2.3" }',
  lock: '{ "version": "1.2.3", "packages": { "": { "version": "1.2.3" } } }',
  changelog: '# Changelog\n\n## 1.2.3 (2026-01-31)\n\n- New.\n\n## 1.2.2\n\n- Old.\n',
  tag: 'v1.2.3',
};

describe('the checks of a release', () => {
  it('accept one version in package.json, lock file, changelog and tag, and a release without a tag', () => {
    assert.deepEqual(versionProblems(texts), []);
    assert.deepEqual(versionProblems({ ...texts, tag: null }), []);
  });
  for (const [what, change, problem] of [
    ['a version with a suffix', { manifest: '{ "version": "1.2.3-beta.1" }' }, /1\.2\.3-beta\.1 is not a version/],
    ['another version in the lock file', { lock: '{ "version": "1.2.2" }' }, /package-lock\.json has the version 1\.2\.2/],
    ['a changelog that is not released', { changelog: '# Changelog\n\n## Unreleased\n\n- New.\n' }, /begins with "Unreleased"/],
    ['a changelog without a word about it', { changelog: '# Changelog\n\n## 1.2.3\n\n## 1.2.2\n\n- Old.\n' }, /says nothing about 1\.2\.3/],
    ['another tag', { tag: 'v1.2.4' }, /The tag is v1\.2\.4/],
  ] as const)
    it(`refuse ${what}`, () => assert.match(versionProblems({ ...texts, ...change }).join('\n'), problem));

  it('refuse a library whose licence is not known to allow shipping it', () => {
    const rule = `\n\n${'-'.repeat(80)}\n\n`;
    const notices = (...heads: string[]): string => ['Goldset contains the following libraries.', ...heads].join(rule);
    assert.deepEqual(licenceProblems(notices('a 1.0.0 (MIT)\n\nText', 'b 2.0.0 (Apache-2.0)')), []);
    assert.match(licenceProblems(notices('a 1.0.0 (MIT)', 'c 3.0.0 (GPL-3.0)')).join('\n'), /^c 3\.0\.0 \(GPL-3\.0\): this licence/);
    assert.match(licenceProblems(notices('d 4.0.0 (undefined)')).join('\n'), /^d 4\.0\.0/);
    assert.match(licenceProblems(notices()).join('\n'), /names no library/);
  });

  it('refuse a README whose picture is not there', () => {
    assert.deepEqual(readmeProblems('![a](media/icon.png) [b](https://example.com) [c](#d)'), []);
    assert.match(readmeProblems('![a](media/none.png)').join('\n'), /media\/none\.png/);
  });

  it('are made by the workflow with the same script, before anything is published', () => {
    const { jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as {
      jobs: { release: { needs: string; steps: { run?: string }[] } };
    };
    const runs = jobs.release.steps.map(({ run }) => run ?? '');
    const first = (text: string): number => runs.findIndex((run) => run.includes(text));
    assert.equal(jobs.release.needs, 'test');
    assert.ok(first('npm run release') >= 0);
    for (const publishing of ['vsce publish', 'ovsx', 'npm publish', 'git push origin action/v0', 'gh release create'])
      assert.ok(first(publishing) > first('npm run release'), publishing);
  });
});
