/** JavaScript in one line of a promptfoo config: the documented examples of promptfoo 0.123.1 and the shapes that people write. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { JAVASCRIPT_HOST } from '../../src/adapters/process/javascript-host.ts';
import { parseJson } from '../../src/core/json/json.ts';

const CASES: readonly (readonly [code: string, output: string, value: unknown])[] = [
  ["output === 'test'", 'test', true],
  ['const s = JSON.parse(output).score; s > 0.5', '{"score":0.6}', true],
  ["const s = output; s === 'a;b'", 'a;b', true],
  ['const words = output.trim().split(/[;\\s]+/); words.length > 2 && words[0] !== "";', 'a b', false],
  ['const over = (n) => { return output.length > n; }; over(3)', 'four', true],
  ['let n = output.length; return n', 'four', 4],
];

describe('JavaScript in one line', function () {
  this.timeout(60_000);
  it('returns its last expression, also after declarations', () => {
    for (const [code, output, value] of CASES) {
      const input = JSON.stringify({ source: { code }, output, context: {}, transpiler: null });
      const ran = spawnSync(process.execPath, ['-e', JAVASCRIPT_HOST], { input, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
      assert.deepEqual(parseJson(String(ran.output[3])), { value }, code);
    }
  });
});
