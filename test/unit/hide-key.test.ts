import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hideKey, KeyFilter } from '../../src/adapters/models/hide-key.ts';

const KEY = 'sk-aab-aaab-aabaab-1';

describe('a key that comes back', () => {
  it('is in no text that streams, wherever it is cut, and nothing else is lost', () => {
    const piece = fc.oneof(fc.constantFrom(KEY, KEY.slice(0, 9), 'sk-', 'a', 'aab', KEY.slice(3)), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (pieces, cuts) => {
        const text = pieces.join('');
        let shown = '';
        const filter = new KeyFilter(KEY, (part) => (shown += part));
        for (let at = 0, i = 0; at < text.length; i++) {
          const length = cuts[i % cuts.length] ?? 1;
          filter.add(text.slice(at, at + length));
          at += length;
        }
        filter.end();
        assert.ok(!shown.includes(KEY));
        if (!text.includes(KEY)) assert.equal(shown, text);
        else assert.equal(shown, hideKey(text, KEY));
      }),
      { numRuns: 3000 },
    );
  });
  it('is left alone where it is a word that servers of one’s own take as a key', () => {
    assert.equal(hideKey('ollama runs here', 'ollama'), 'ollama runs here');
    assert.equal(hideKey('anything', null), 'anything');
  });
});
