/** A problem stands at the mistake, in plain words, once. Places were marked by hand. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { parse } from 'yaml';
import { readScript } from '../../src/adapters/models/scripted/script.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { Diagnostic } from '../../src/core/problems/diagnostics.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { NO_CONTEXT } from '../../src/core/prompt/formats/text-prompt.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';

interface Row {
  readonly about: string;
  readonly file: string;
  readonly text: string;
  readonly at?: string;
  readonly says: string;
}

function problemsOf(file: string, text: string): readonly Diagnostic[] {
  if (file === 'goldset.yaml') return readGoldsetYaml(file, text).diagnostics;
  if (file.endsWith('.scripted.yaml')) return readScript(file, text).diagnostics;
  return file.endsWith('.golden.yaml') ? readGoldenSet(file, text).diagnostics : readPrompt(file, text, []).diagnostics;
}

describe('a problem stands at the mistake', () => {
  for (const { about, file, text, at, says } of parse(fs.readFileSync('test/unit/cases/problem-places.yaml', 'utf8')) as readonly Row[])
    it(about, () => {
      const start = at === undefined ? text.indexOf('⟦') : text.indexOf(at);
      const end = at === undefined ? text.indexOf('⟧') - 1 : start + at.length;
      const problems = problemsOf(file, text.replace(/[⟦⟧]/g, '')).filter(({ severity }) => severity !== 'info');
      assert.deepEqual(
        problems.map(({ range }) => range),
        [{ start, end }],
        problems.map(({ message }) => message).join(' '),
      );
      const [problem] = problems;
      assert.ok(`${problem?.message ?? ''} ${problem?.hint ?? ''}`.includes(says), `${problem?.message ?? ''} ${problem?.hint ?? ''}`);
    });

  it('offers the partial that was probably meant, before a new one', () => {
    const { diagnostics } = readPrompt('a.prompt', 'Hello\n{{> foter}}\n', [], { ...NO_CONTEXT, partialNames: ['header', 'footer'] });
    const [problem] = diagnostics;
    assert.match(problem?.hint ?? '', /^Did you mean `footer`\? .*create _foter\.prompt/);
    assert.deepEqual(problem?.fixes, [{ title: 'Change to `footer`', edits: [{ range: { start: 10, end: 15 }, text: 'footer' }] }]);
  });
});
