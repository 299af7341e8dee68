/** o200k_base: the vocabulary of gpt-4o and later, and what the tokens of vocabularies that are not shipped are estimated from. */
import { decode, encode } from 'gpt-tokenizer/encoding/o200k_base';
import { vocabularyOf } from './vocabulary.ts';

export const O200K = vocabularyOf('o200k_base', encode, decode);

/** The token ids of a text. */
export const encodeText = (text: string): number[] => O200K.encode(text);
