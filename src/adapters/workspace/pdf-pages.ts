/**
 * How many pages a PDF has: `/Count` of the page tree that the last catalog names (ISO 32000-1, 7.7.3). Objects may be in compressed streams;
 * a later definition of an object replaces an earlier one.
 */
import { inflateSync } from 'node:zlib';

/** Objects, and bytes of one object or one compressed stream, that are looked at: more is no page tree. */
const MAX_OBJECTS = 500_000;
const MAX_OBJECT = 64 * 1024;
const MAX_INFLATED = 16 << 20;
/** Characters that are looked at in all: objects may overlap, and streams may be packed many times over. */
const MAX_WORK = 128 << 20;

/** What may still be looked at. */
class Work {
  private left = MAX_WORK;

  /** False: it is used up. */
  take(characters: number): boolean {
    this.left -= characters;
    return this.left >= 0;
  }
}

/** Null: the file does not say it in a way that can be read (a broken or encrypted file). */
export function pdfPages(bytes: Buffer): number | null {
  const text = bytes.toString('latin1');
  const objects = new Map<number, string>();
  const packed: { readonly at: number; readonly head: string }[] = [];
  const work = new Work();
  for (const match of text.matchAll(/(?:^|[\s>])(\d{1,10})\s+\d{1,5}\s+obj\b/g)) {
    if (objects.size >= MAX_OBJECTS) return null;
    const at = match.index + match[0].length;
    const head = objectAt(text, at);
    if (!work.take(head.length)) return null;
    objects.set(Number(match[1]), head);
    if (/\/Type\s*\/ObjStm\b/.test(head)) packed.push({ at, head });
  }
  for (const { at, head } of packed) {
    const found = unpacked(bytes, text, at, head, work);
    if (found === null) return null;
    for (const [number, body] of found) objects.set(number, body);
  }
  const root = [...text.matchAll(/\/Root\s+(\d{1,10})\s+\d{1,5}\s+R/g)].at(-1)?.[1];
  const catalog = root === undefined ? undefined : objects.get(Number(root));
  const tree = catalog === undefined ? undefined : objects.get(Number(/\/Pages\s+(\d{1,10})\s+\d{1,5}\s+R/.exec(catalog)?.[1] ?? NaN));
  const count = tree === undefined ? NaN : Number(/\/Count\s+(\d{1,7})\b/.exec(tree)?.[1] ?? NaN);
  if (count > 0) return count;
  const pages = [...objects.values()].filter((body) => /\/Type\s*\/Page\b(?!s)/.test(body)).length;
  return pages > 0 ? pages : null;
}

/** The dictionary of an object: up to its end, or to its stream. */
function objectAt(text: string, at: number): string {
  const end = /endobj|stream\r?\n/.exec(text.slice(at, at + MAX_OBJECT))?.index;
  return text.slice(at, end === undefined ? at + MAX_OBJECT : at + end);
}

/** The objects of an object stream (7.5.7): pairs of number and offset, then the objects. Empty: it cannot be read; null: too much work. */
function unpacked(bytes: Buffer, text: string, at: number, head: string, work: Work): (readonly [number, string])[] | null {
  const start = /stream\r?\n/.exec(text.slice(at, at + MAX_OBJECT));
  if (start === null || !/\/Filter\s*\[?\s*\/FlateDecode/.test(head)) return [];
  const from = at + start.index + start[0].length;
  const to = text.indexOf('endstream', from);
  const first = Number(/\/First\s+(\d{1,9})/.exec(head)?.[1] ?? NaN);
  if (!work.take((to === -1 ? text.length : to) - from)) return null;
  const inflated = to === -1 ? null : inflatedText(bytes.subarray(from, to));
  if (inflated === null || !(first >= 0)) return [];
  if (!work.take(inflated.length)) return null;
  const numbers = inflated.slice(0, first).trim().split(/\s+/).map(Number);
  const found: (readonly [number, string])[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const [number = NaN, offset = NaN, , next = NaN] = numbers.slice(i, i + 4);
    const end = Number.isNaN(next) ? inflated.length : first + next;
    const body = inflated.slice(first + offset, Math.min(end, first + offset + MAX_OBJECT));
    if (!work.take(body.length + 1)) return null;
    found.push([number, body]);
  }
  return found;
}

/** Null: it is no zlib stream, or larger than a page tree is. */
function inflatedText(bytes: Buffer): string | null {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_INFLATED, finishFlush: 2 }).toString('latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
