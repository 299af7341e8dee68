/** Numbers of words, found where they stand in a text: the same as those of a Map of strings. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WordTable } from '../../src/core/topics/word-table.ts';

describe('the table of words', () => {
  it('finds each word that was added where it stands in a text, and nothing else', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'я', '界', '#'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (added, asked) => {
        const [table, wanted] = [new WordTable(), new Map<string, number>()];
        for (const own of added) {
          if (wanted.has(own)) continue;
          wanted.set(own, wanted.size - 1);
          table.add(own, wanted.size - 2);
        }
        const all = [...added, ...asked];
        const text = all.join(' ');
        let start = 0;
        for (const own of all) {
          assert.equal(table.get(text, start, start + own.length), wanted.get(own) ?? null, `${JSON.stringify(own)} in ${text}`);
          start += own.length + 1;
        }
      }),
    );
  });

  it('tells a hundred thousand words apart', () => {
    const table = new WordTable();
    const words = Array.from({ length: 100_000 }, (_, i) => `w${i.toString(36)}`);
    words.forEach((word, i) => table.add(word, i));
    const wrong = words.filter(
      (word, i) => table.get(`x ${word} y`, 2, 2 + word.length) !== i || table.get(`${word}-`, 0, word.length + 1) !== null,
    );
    assert.deepEqual(wrong, []);
  });
});
