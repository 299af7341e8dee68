/** Files in a prefix have the tokens of the model that they are sent to, whatever the vocabulary. */
import { mediaTokens } from './request-tokens.ts';
import type { TextCounter } from './token-counter.ts';

/** `model`: its name, which decides what an image is. */
export const countingFiles = (counter: TextCounter, model: string): TextCounter => ({
  count: (text) => counter.count(text),
  encode: (text) => counter.encode(text),
  weigh: (tokens, end) => counter.weigh(tokens, end),
  file: (media) => mediaTokens(model, media).likely,
});
