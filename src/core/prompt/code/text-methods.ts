/** Methods of strings and lists whose result the text of the file tells: join, trim, replace, concat. */
import type { SourceFile } from './source-file.ts';
import { trimSpans } from './dedent.ts';
import { flatText, replaceSpans, withoutSpans, type DraftPart, type Replacement } from './draft.ts';
import type { CallExpression, CodeExpression } from './expression.ts';
import type { PartsReader } from './parts-reader.ts';

const TRIMS: Readonly<Record<string, 'both' | 'start' | 'end'>> = {
  trim: 'both',
  strip: 'both',
  trimStart: 'start',
  trimLeft: 'start',
  lstrip: 'start',
  trimEnd: 'end',
  trimRight: 'end',
  rstrip: 'end',
};

/** Null: it is no such call, or its text is not known. */
export function textOfMethod(reader: PartsReader, file: SourceFile, call: CallExpression): DraftPart[] | null {
  const { callee } = call;
  const given = call.arguments.map((argument) => argument.value);
  const [first] = given;
  if (callee.kind !== 'member' || callee.property === null) {
    const isCast = callee.kind === 'name' && (callee.name === 'str' || callee.name === 'String');
    return isCast && first && given.length === 1 ? reader.text({ file, expression: first }) : null;
  }
  const { object, property } = callee;
  const base = (): DraftPart[] | null => reader.text({ file, expression: object });
  const trim = Object.hasOwn(TRIMS, property) ? TRIMS[property] : undefined;
  if (trim !== undefined && given.length === 0) {
    const parts = base();
    return parts && withoutSpans(parts, trimSpans(flatText(parts), trim));
  }
  if (property === 'toString' && given.length === 0) return base();
  if (property === 'join') return file.language === 'python' ? join(reader, file, first, object) : join(reader, file, object, first);
  if (property === 'concat' && file.language === 'javascript') {
    const parts = base();
    return parts && [...parts, ...given.flatMap((expression) => reader.parts({ file, expression }, 'javascript'))];
  }
  if (property === 'replace' || property === 'replaceAll') return replace(reader, file, call, property);
  return null;
}

/** `separator`: undefined is JavaScript's comma. */
function join(
  reader: PartsReader,
  file: SourceFile,
  list: CodeExpression | undefined,
  separator: CodeExpression | undefined,
): DraftPart[] | null {
  if (list === undefined) return null;
  const followed = reader.resolver.follow({ file, expression: list });
  if ('why' in followed) return null;
  const items = listOf(reader, followed.file, followed.expression);
  const between = separator === undefined ? null : reader.text({ file, expression: separator });
  if (items === null || (separator !== undefined && between === null)) return null;
  const source = { path: file.path, range: separator?.range ?? list.range };
  const comma: DraftPart[] = [{ text: ',', source: { path: file.path, range: { start: list.range.end, end: list.range.end } } }];
  const print = file.language === 'python' ? 'text' : 'javascript';
  const texts = items.map(({ file: itsFile, expression }) => reader.parts({ file: itsFile, expression }, print));
  return texts.flatMap((text, i) =>
    i === 0 ? text : [...(between ?? comma).map((part) => ('text' in part ? { ...part, source } : part)), ...text],
  );
}

/** The items of a list, those of a list spread into it included; null: their number is not known. */
function listOf(
  reader: PartsReader,
  file: SourceFile,
  list: CodeExpression,
  depth = 0,
): { file: SourceFile; expression: CodeExpression }[] | null {
  if (list.kind !== 'list' || depth > 10) return null;
  const items: { file: SourceFile; expression: CodeExpression }[] = [];
  for (const expression of list.items) {
    if (expression.kind !== 'spread') items.push({ file, expression });
    else {
      const followed = reader.resolver.follow({ file, expression: expression.value });
      const inner = 'why' in followed ? null : listOf(reader, followed.file, followed.expression, depth + 1);
      if (inner === null) return null;
      items.push(...inner);
    }
  }
  return items;
}

/** `text.replace("{{x}}", value)`: JavaScript's `replace` changes the first, Python's and `replaceAll` change all. */
function replace(reader: PartsReader, file: SourceFile, call: CallExpression, property: string): DraftPart[] | null {
  const [searched, value] = call.arguments.map((argument) => argument.value);
  const { callee } = call;
  if (!searched || !value || call.arguments.length !== 2 || callee.kind !== 'member') return null;
  const parts = reader.text({ file, expression: callee.object });
  const wanted = reader.text({ file, expression: searched });
  if (parts === null || wanted === null || wanted.length === 0 || !wanted.every((part) => 'text' in part)) return null;
  const needle = flatText(wanted);
  const isFunction = value.kind === 'function';
  const replacement = isFunction ? null : reader.parts({ file, expression: value }, file.language === 'python' ? 'text' : 'javascript');
  // In JavaScript `$&` in a replacement means the match.
  if (needle === '' || replacement === null || (file.language === 'javascript' && flatText(replacement).includes('$'))) return null;
  const isAll = property === 'replaceAll' || file.language === 'python';
  const text = flatText(parts);
  const found: Replacement[] = [];
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
    found.push({ start: at, end: at + needle.length, with: replacement });
    if (!isAll) break;
  }
  return replaceSpans(parts, found);
}
