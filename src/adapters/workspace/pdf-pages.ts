/**
 * How many pages a PDF has: `/Count` of the page tree that the last catalog names (ISO 32000-1, 7.7.3). Objects may be in compressed streams;
 * a later definition of an object replaces an earlier one.
 */
import { inflateSync } from 'node:zlib';

/** Objects, and bytes of one object or one compressed stream, that are looked at: more is no page tree. */
const MAX_OBJECTS = 500_000;
const MAX_OBJECT = 64 * 1024;
const MAX_INFLATED = 16 << 20;

/** Null: the file does not say it in a way that can be read (a broken or encrypted file). */
export function pdfPages(bytes: Buffer): number | null {
  const text = bytes.toString('latin1');
  const objects = new Map<number, string>();
  const packed: { readonly at: number; readonly head: string }[] = [];
  for (const match of text.matchAll(/(?:^|[\s>])(\d{1,10})\s+\d{1,5}\s+obj\b/g)) {
    if (objects.size >= MAX_OBJECTS) return null;
    const at = match.index + match[0].length;
    const head = objectAt(text, at);
    objects.set(Number(match[1]), head);
    if (/\/Type\s*\/ObjStm\b/.test(head)) packed.push({ at, head });
  }
  for (const { at, head } of packed) for (const [number, body] of unpacked(bytes, text, at, head)) objects.set(number, body);
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

/** The objects of an object stream (7.5.7): pairs of number and offset, then the objects. Empty: it cannot be read. */
function unpacked(bytes: Buffer, text: string, at: number, head: string): (readonly [number, string])[] {
  const start = /stream\r?\n/.exec(text.slice(at, at + MAX_OBJECT));
  if (start === null || !/\/Filter\s*\[?\s*\/FlateDecode/.test(head)) return [];
  const from = at + start.index + start[0].length;
  const to = text.indexOf('endstream', from);
  const first = Number(/\/First\s+(\d{1,9})/.exec(head)?.[1] ?? NaN);
  const inflated = to === -1 ? null : inflatedText(bytes.subarray(from, to));
  if (inflated === null || !(first >= 0)) return [];
  const numbers = inflated.slice(0, first).trim().split(/\s+/).map(Number);
  const found: (readonly [number, string])[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const [number = NaN, offset = NaN, , next = NaN] = numbers.slice(i, i + 4);
    found.push([number, inflated.slice(first + offset, Number.isNaN(next) ? undefined : first + next)]);
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
