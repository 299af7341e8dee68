/** The fields of Python's format strings, by position in the text. */

export type BraceField =
  /** `{{` or `}}`. */
  | { readonly start: number; readonly end: number; readonly text: string }
  | {
      readonly start: number;
      readonly end: number;
      readonly name: string;
      /** Of a field without a name (`{}`, `{0}`). */
      readonly position: number | null;
      /** `.attribute` and `[key]`, as `.key`. */
      readonly path: string;
      /** The format, behind its conversion where it has one (`.2f`, `!r:>10`); null: none. */
      readonly format: string | null;
    };

/** Null: Python would refuse the text. */
export function formatFields(text: string): BraceField[] | null {
  const fields: BraceField[] = [];
  let automatic = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character !== '{' && character !== '}') continue;
    if (text[at + 1] === character) {
      fields.push({ start: at, end: at + 2, text: character });
      at++;
      continue;
    }
    if (character === '}') return null;
    const end = endOfField(text, at);
    if (end === -1) return null;
    const parsed = /^([^!:.[{}]*)((?:\.[^!:.[\]{}]+|\[[^\]]+\])*)((?:![rsa])?(?::[^]*)?)$/.exec(text.slice(at + 1, end));
    if (parsed === null) return null;
    const [, name = '', path = '', format = ''] = parsed;
    if (name !== '' && !/^(?:\d+|[\p{L}_][\p{L}\p{N}_]*)$/u.test(name)) return null;
    const position = name === '' ? automatic++ : /^\d/.test(name) ? Number(name) : null;
    fields.push({
      start: at,
      end: end + 1,
      name,
      position,
      path: path.replace(/\[([^\]]+)\]/g, '.$1'),
      format: format === '' || format === ':' ? null : format.replace(/^:/, ''),
    });
    at = end;
  }
  return fields;
}

/** The brace that closes a field; one level of fields may be in its format. */
function endOfField(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length && at < start + 1000; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

export type PercentField =
  | { readonly start: number; readonly end: number; readonly text: string }
  | { readonly start: number; readonly end: number; readonly name: string | null; readonly format: string | null };

/** Null: Python would refuse the text. */
export function percentFields(text: string): PercentField[] | null {
  const fields: PercentField[] = [];
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at)) {
    const found = /^%(?:\(([^()]*)\))?([-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?)([diouxXeEfFgGcrsa%])/.exec(text.slice(at, at + 200));
    if (found === null) return null;
    const [written, name, flags = '', type = ''] = found;
    const span = { start: at, end: at + written.length };
    if (type === '%') fields.push({ ...span, text: '%' });
    else fields.push({ ...span, name: name ?? null, format: flags === '' && type === 's' ? null : `%${flags}${type}` });
    at += written.length;
  }
  return fields;
}
