/**
 * Text that a judge grades, set apart so that it cannot pass for an instruction or end where it does not. The mark is a
 * hash of the text itself, and no text can contain its own hash, so it can never write the line that ends it.
 */
import type { Hash } from '../text/hash.ts';
import { isJsonObject, type JsonValue } from '../json/json.ts';

/** Characters of the mark. */
const LENGTH = 16;

export function fenced(text: string, hash: Hash): string {
  const mark = hash(`judged\u0000${text}`).slice(0, LENGTH);
  return `<<<DATA ${mark}\n${text}\n${mark} DATA>>>`;
}

const FENCE = new RegExp(`<<<DATA (\\w{${LENGTH}})\\n([\\s\\S]*?)\\n\\1 DATA>>>`, 'g');

/** The texts that stand in fences, anywhere in values that a prompt is filled with. */
export function fencedTexts(value: JsonValue): string[] {
  if (typeof value === 'string') return [...value.matchAll(FENCE)].map(([, , text]) => text ?? '');
  if (Array.isArray(value)) return value.flatMap(fencedTexts);
  return isJsonObject(value) ? Object.values(value).flatMap(fencedTexts) : [];
}
