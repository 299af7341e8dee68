/** The words by which failures and inputs are told apart: texts in ASCII are read in another way, and give the same words. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wordsOf } from '../../src/core/topics/words.ts';

describe('the words of a text', () => {
  it('are in lower case; what has a digit is a number', () => {
    assert.deepEqual(wordsOf("Order 4711-B: it DIDN'T arrive, c3po_x 'quoted' o'"), [
      ...['order', '#', 'b', 'it', "didn't", 'arrive', '#', 'x', 'quoted', 'o'],
    ]);
  });

  it('are the same for ASCII as for any other text', () => {
    const letters = fc.constantFrom('a', 'b', 'Z', '0', '9', ' ', "'", '-', '_', '.', '\n', '\t', '"');
    // A word of another script in front: the text is no longer ASCII.
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 40 }), (text) => {
        assert.deepEqual(wordsOf(`я ${text}`).slice(1), wordsOf(text));
      }),
    );
  });
});
