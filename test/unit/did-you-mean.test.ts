import assert from 'node:assert/strict';
import { didYouMean, nearestWord } from '../../src/core/problems/did-you-mean.ts';

/** Changes counted by hand: a letter added, left out, replaced, or two that changed places. */
const ROWS: readonly (readonly [typed: string, known: readonly string[], near: string | null])[] = [
  ['asert', ['expected', 'assert'], 'assert'],
  ['expcted', ['expected'], 'expected'],
  ['Assert', ['assert'], 'assert'],
  ['max_tokens', ['temperature', 'maxTokens'], 'maxTokens'],
  ['--max-cots', ['--max-cost'], '--max-cost'],
  ['rnu', ['run', 'rank'], 'run'],
  // One letter of a word of one letter is the whole word.
  ['x', ['id', 'y'], 'y'],
  ['x', ['id'], null],
  ['ab', ['cd'], null],
  ['verify', ['serve'], null],
  ['', ['id'], null],
  ['---', ['id'], null],
];

describe('the word that was probably meant', () => {
  for (const [typed, known, near] of ROWS)
    it(`for "${typed}" among ${known.join(', ')} is ${near ?? 'not guessed'}`, () => {
      assert.equal(nearestWord(typed, known), near);
    });

  it('is named in a question, or the hint is empty', () => {
    assert.equal(didYouMean('asert', ['assert']), 'Did you mean assert? ');
    assert.equal(didYouMean('zzzz', ['assert']), '');
  });
});
