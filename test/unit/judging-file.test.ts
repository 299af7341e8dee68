/** A saved prompt redraws judged rates only where a judge may be another by it. */
import assert from 'node:assert/strict';
import { changesJudging } from '../../src/core/judge/judging-file.ts';

describe('files that change what is said of judges', () => {
  const files = new Set(['/w/judges/strict.calibration.json', 'C:\\w\\judges\\strict.calibration.json']);
  const table: readonly (readonly [string, boolean])[] = [
    ['/w/answer.prompt', false],
    ['/w/judges/new.prompt', false],
    ['/w/judges/strict.prompt', true],
    ['C:\\w\\judges\\strict.prompt', true],
    ['/w/judges/_data.prompt', true],
    ['C:\\w\\_data.prompt', true],
    ['/w/_parts/answer.prompt', false],
    ['/w/judges/strict.calibration.json', true],
    ['/w/answer.golden.yaml', true],
    ['/w/goldset.yaml', true],
    ['/w/judges', true],
  ];
  for (const [file, expected] of table)
    it(`${file}: ${expected ? 'may' : 'does not'}`, () =>
      assert.equal(
        changesJudging(file, (name) => files.has(name)),
        expected,
      ));
});
