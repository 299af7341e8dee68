import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FETCH_ERRORS } from '../../src/adapters/models/fetch-errors.ts';
import { providerErrorOf } from '../../src/adapters/models/sdk-errors.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import { excerpt } from '../../src/core/text/text.ts';
import { hideCutKeys, hideKey, KeyFilter } from '../../src/adapters/models/hide-key.ts';

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
  it('is in no message that was cut inside of it, wherever the cut is', () => {
    const long = 'sk-planted-0123456789abcdef';
    for (let before = 40; before < 80; before++) {
      const cut = `m answered with JSON that is not a message: ${excerpt(JSON.stringify({ text: `${'x'.repeat(before)}${long}` }))}`;
      const error = providerErrorOf(
        new ProviderError('malformed', `${cut} (status 200)`),
        { id: 'm', baseUrl: 'https://a.example', apiKey: long },
        FETCH_ERRORS,
      );
      assert.ok(!error.message.includes(long.slice(0, 12)), error.message);
      assert.match(error.message, /^m answered with JSON/);
    }
    assert.equal(hideCutKeys('cut…here…', [long]), 'cut…here…');
  });
  it('is left alone where it is a word that servers of one’s own take as a key', () => {
    assert.equal(hideKey('ollama runs here', 'ollama'), 'ollama runs here');
    assert.equal(hideKey('anything', null), 'anything');
  });
});
