/** cl100k_base: the vocabulary of gpt-4, gpt-4-turbo, gpt-3.5 and OpenAI's embeddings. */
import { decode, encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { vocabularyOf } from './vocabulary.ts';

export const CL100K = vocabularyOf('cl100k_base', encode, decode);
