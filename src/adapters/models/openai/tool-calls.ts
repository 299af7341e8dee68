/** Puts the tool calls of a chat completion together, from whole calls or from the pieces of a stream. */
import { isJsonObject, parseJson, type JsonObject } from '../../../core/json/json.ts';
import { readToolCall, type FoundCall } from '../../../core/model/answer-content.ts';
import type { ToolCall } from '../../../core/tool.ts';

interface Collected {
  readonly index: number | null;
  id: string | null;
  name: string;
  arguments: string;
  /** The first and the last piece of the arguments. */
  first: string;
  last: string;
}

/**
 * Not every server numbers its calls: some leave `index` out, some send 0 for all, some repeat the name in every piece. A piece
 * belongs to the call with its id, else to that with its index, else to the last one; it begins a call of its own where it names
 * a function and has another id, or where the arguments of the call before are whole already.
 */
export class ToolCallCollector {
  private readonly calls: Collected[] = [];

  /** A call of a message that came in one piece. */
  addWhole(call: JsonObject): void {
    const found = readToolCall(call);
    this.calls.push({ index: this.calls.length, id: found.id, name: found.name, arguments: found.arguments ?? '', first: '', last: '' });
  }

  /** A piece of a stream: `{ index?, id?, function?: { name?, arguments? } }`. */
  add(delta: JsonObject): void {
    const index = typeof delta['index'] === 'number' ? delta['index'] : null;
    const found = readToolCall(delta);
    const known = this.callFor(index, found);
    const call = known ?? { index, id: null, name: '', arguments: '', first: '', last: '' };
    if (known === null) this.calls.push(call);
    call.id ??= found.id;
    call.name = nameOf(call, found.name);
    const { arguments: piece } = found;
    if (piece === null || piece === '') return;
    if (call.first === '') call.first = piece;
    call.last = piece;
    // An object is all of the arguments, and `{}` before the first piece is only a placeholder.
    const isWhole = isJsonObject(argumentsIn(delta)) || (call.arguments === '{}' && piece.startsWith('{'));
    call.arguments = isWhole ? piece : call.arguments + piece;
  }

  /** In the order of their indexes, those without one in the order of their arrival. */
  list(): ToolCall[] {
    return this.calls
      .map((call, position) => ({ call, at: call.index ?? position }))
      .sort((a, b) => a.at - b.at)
      .map(({ call }) => ({ id: call.id, name: call.name, arguments: argumentsOf(call) }));
  }

  private callFor(index: number | null, found: FoundCall): Collected | null {
    if (found.id !== null) {
      const same = this.calls.find(({ id }) => id === found.id);
      if (same !== undefined) return same;
    }
    const last = (index === null ? this.calls : this.calls.filter((call) => call.index === index)).at(-1) ?? null;
    return last !== null && beginsAnother(last, found, index) ? null : last;
  }
}

/** Some servers send with each piece everything so far, or at the end all of it once more. */
function argumentsOf({ arguments: text, first, last }: Collected): string {
  const isRepeated = last.length < text.length && last.startsWith(first) && isJsonObject(parseJson(last)) && parseJson(text) === undefined;
  return isRepeated ? last : text;
}

function beginsAnother(last: Collected, { id, name, arguments: piece }: FoundCall, index: number | null): boolean {
  if (name === '') return false;
  if (id !== null && last.id !== null) return true;
  // With an index of its own, another name is the rest of a name that comes in pieces.
  if (!isJsonObject(parseJson(last.arguments))) return index === null && last.arguments !== '' && !name.startsWith(last.name);
  return name !== last.name || (piece !== null && piece !== '' && last.arguments !== '{}');
}

/** A name comes once, again in every piece, growing, or in pieces; no longer when the arguments are whole. */
function nameOf({ name: known, arguments: text }: Collected, name: string): string {
  if (name === '' || name === known) return known;
  if (name.startsWith(known)) return name;
  return isJsonObject(parseJson(text)) ? known : known + name;
}

const argumentsIn = (delta: JsonObject): unknown => {
  const inner = isJsonObject(delta['function']) ? delta['function'] : delta;
  return inner['arguments'] ?? inner['args'] ?? null;
};
