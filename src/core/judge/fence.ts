/**
 * Text that a judge grades, set apart so that it cannot pass for an instruction or end where it does not. The mark is a
 * hash of the text itself, and no text can contain its own hash, so it can never write the line that ends it.
 */
import type { Hash } from '../hash.ts';

/** Characters of the mark. */
const LENGTH = 16;

export function fenced(text: string, hash: Hash): string {
  const mark = hash(`judged\u0000${text}`).slice(0, LENGTH);
  return `<<<DATA ${mark}\n${text}\n${mark} DATA>>>`;
}
