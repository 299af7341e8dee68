/** Items of a JSON list as its text comes in, so that a list larger than memory can be read; an object alone is one item. */
import { parseJson, type JsonValue } from '../../core/json.ts';

/** A row of a file, or why there is none at a place. */
export type FileRow = { readonly place: string; readonly row: JsonValue } | { readonly place: string; readonly problem: string };

const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, QUOTE, BACKSLASH, COMMA] = [91, 93, 123, 125, 34, 92, 44];

export class JsonItems {
  private depth = 0;
  private isList: boolean | null = null;
  private isInText = false;
  private isEscaped = false;
  private item = '';
  private isTooLong = false;
  private number = 1;

  /** `longest`: characters of an item. */
  constructor(private readonly longest: number) {}

  *take(text: string): Generator<FileRow> {
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.isInText) {
        if (this.isEscaped) this.isEscaped = false;
        else if (code === BACKSLASH) this.isEscaped = true;
        else if (code === QUOTE) this.isInText = false;
        continue;
      }
      if (code === QUOTE) this.isInText = true;
      else if (code === OPEN_LIST || code === OPEN_OBJECT) {
        this.isList ??= code === OPEN_LIST;
        if (this.depth === 0 && this.isList) start = i + 1;
        this.depth++;
      } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
        // What was never opened is a broken item.
        this.depth = Math.max(0, this.depth - 1);
        if (this.depth === 0) {
          this.add(text.slice(start, this.isList === true ? i : i + 1));
          yield* this.done();
          start = i + 1;
          this.isList = null;
        }
      } else if (code === COMMA && this.depth === 1 && this.isList === true) {
        this.add(text.slice(start, i));
        yield* this.done();
        start = i + 1;
      }
    }
    this.add(text.slice(start));
  }

  /** A list that ends too early may have ended after a whole item. */
  *end(): Generator<FileRow> {
    if (this.item.trim() === '' && !this.isTooLong) return;
    const row = this.isTooLong ? undefined : parseJson(this.item);
    const place = `item ${this.number}`;
    yield row === undefined ? { place, problem: 'It is incomplete: the file ends inside it.' } : { place, row };
  }

  private add(text: string): void {
    if (this.isTooLong) return;
    this.item += text;
    if (this.item.length > this.longest) [this.item, this.isTooLong] = ['', true];
  }

  private *done(): Generator<FileRow> {
    const text = this.item.trim();
    const place = `item ${this.number}`;
    const { isTooLong } = this;
    [this.item, this.isTooLong] = ['', false];
    if (text === '' && !isTooLong) return;
    this.number++;
    const row = isTooLong ? undefined : parseJson(text);
    if (row !== undefined) yield { place, row };
    else yield { place, problem: isTooLong ? `It is longer than ${this.longest >> 20} MB.` : 'It is not JSON.' };
  }
}
