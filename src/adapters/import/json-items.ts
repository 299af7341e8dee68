/**
 * Items of JSON as its text comes in, so that a file larger than memory can be read: those of a list, or objects one after the other. The rows
 * that a large object holds in a list (`{ "data": [ … ] }`) come one by one, each with what stood before the list.
 */
import { asHeld, isHolder } from '../../core/feedback/logs/held-rows.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../core/json/json.ts';

/** A row of a file, or why there is none at a place. */
export type FileRow = { readonly place: string; readonly row: JsonValue } | { readonly place: string; readonly problem: string };

const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, QUOTE, BACKSLASH, COMMA] = [91, 93, 123, 125, 34, 92, 44];

/** A list in an object that is too large to be read whole. */
interface HeldList {
  readonly head: JsonObject;
  readonly name: string;
  number: number;
  /** The list has ended; what follows in the object is not read. */
  isOver: boolean;
}

export class JsonItems {
  private depth = 0;
  private isList: boolean | null = null;
  private isInText = false;
  private isEscaped = false;
  private item = '';
  private isTooLong = false;
  private number = 1;
  /** The last text of the object itself: the name of the value that follows. */
  private name = '';
  /** Where in the item the list begins that may hold its rows; null: none is open. */
  private listAt: number | null = null;
  private held: HeldList | null = null;

  /** `longest`: characters of an item. */
  constructor(private readonly longest: number) {}

  *take(text: string): Generator<FileRow> {
    let start = 0;
    let nameAt = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.isInText) {
        if (this.isEscaped) this.isEscaped = false;
        else if (code === BACKSLASH) this.isEscaped = true;
        else if (code === QUOTE) {
          this.isInText = false;
          if (this.depth === 1) this.name += text.slice(nameAt, i);
        }
        continue;
      }
      if (code === QUOTE && this.depth > 0) {
        this.isInText = true;
        if (this.depth === 1) [this.name, nameAt] = ['', i + 1];
      } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
        if (this.depth === 0) {
          // Between items there is nothing but white space, or what a program printed besides.
          this.add(text.slice(start, i));
          yield* this.between();
          this.isList = code === OPEN_LIST;
          start = this.isList ? i + 1 : i;
        } else if (this.depth === 1 && this.isList === false && code === OPEN_LIST && isHolder(this.name)) {
          this.listAt = this.item.length + i + 1 - start;
        }
        this.depth++;
      } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
        // What was never opened is a broken item.
        this.depth = Math.max(0, this.depth - 1);
        if (this.held !== null && !this.held.isOver && this.depth === 1) {
          this.add(text.slice(start, i));
          yield* this.done();
          this.held.isOver = true;
        } else if (this.depth === 0 && this.held !== null) {
          [this.held, this.item, this.isList] = [null, '', null];
          this.number++;
          start = i + 1;
        } else if (this.depth === 0) {
          this.add(text.slice(start, this.isList === true ? i : i + 1));
          yield* this.done();
          start = i + 1;
          [this.isList, this.listAt] = [null, null];
        } else if (this.depth === 1) this.listAt = null;
      } else if (code === COMMA && this.isBetweenItems()) {
        this.add(text.slice(start, i));
        yield* this.done();
        start = i + 1;
      }
    }
    if (this.isInText && this.depth === 1) this.name += text.slice(nameAt);
    const rest = text.slice(start);
    if (this.listAt !== null && this.item.length + rest.length > this.longest) yield* this.takeHeld(this.item + rest, this.listAt);
    else this.add(rest);
  }

  /** A list that ends too early may have ended after a whole item. */
  *end(): Generator<FileRow> {
    if (this.held?.isOver === true || (this.item.trim() === '' && !this.isTooLong)) return;
    const row = this.isTooLong ? undefined : parseJson(this.item);
    const place = this.place();
    const problem = this.depth === 0 ? 'It is not JSON.' : 'It is incomplete: the file ends inside it.';
    yield row === undefined ? { place, problem } : { place, row: this.whole(row) };
  }

  /** Reads the object anew from its list on, now row by row. */
  private *takeHeld(text: string, listAt: number): Generator<FileRow> {
    const head = parseJson(`${text.slice(0, listAt - 1)}null}`);
    this.held = { head: isJsonObject(head) ? head : {}, name: this.nameBefore(text, listAt), number: 1, isOver: false };
    [this.depth, this.isInText, this.isEscaped, this.item, this.listAt] = [2, false, false, '', null];
    yield* this.take(text.slice(listAt));
  }

  private nameBefore(text: string, listAt: number): string {
    return /"([^"\\]*)"\s*:\s*\[$/.exec(text.slice(Math.max(0, listAt - 200), listAt))?.[1] ?? '';
  }

  private isBetweenItems(): boolean {
    if (this.held !== null) return this.depth === 2 && !this.held.isOver;
    return this.depth === 1 && this.isList === true;
  }

  private place(): string {
    return this.held === null ? `item ${this.number}` : `item ${this.number}, ${this.held.name} ${this.held.number}`;
  }

  /** As in the object that it is from, without the other rows. */
  private whole(row: JsonValue): JsonValue {
    return this.held === null ? row : asHeld(this.held.head, this.held.name, row);
  }

  private add(text: string): void {
    if (this.isTooLong || this.held?.isOver === true) return;
    this.item += text;
    if (this.item.length > this.longest) [this.item, this.isTooLong] = ['', true];
  }

  private *between(): Generator<FileRow> {
    const text = this.item.replaceAll(',', ' ').trim();
    [this.item, this.isTooLong] = ['', false];
    if (text !== '') yield { place: `before item ${this.number}`, problem: 'It is not JSON.' };
  }

  private *done(): Generator<FileRow> {
    const text = this.item.trim();
    const place = this.place();
    const { isTooLong } = this;
    [this.item, this.isTooLong] = ['', false];
    if (text === '' && !isTooLong) return;
    const row = isTooLong ? undefined : parseJson(text);
    if (row !== undefined) yield { place, row: this.whole(row) };
    else yield { place, problem: isTooLong ? `It is longer than ${this.longest >> 20} MB.` : 'It is not JSON.' };
    if (this.held === null) this.number++;
    else this.held.number++;
  }
}
