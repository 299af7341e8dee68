/** Python's `text.format(…)` and `text % values`: fields become static text or holes. */
import type { SourceFile } from './source-file.ts';
import { FILLED_LATER, flatText, replaceSpans, type DraftPart, type Replacement } from './draft.ts';
import { fieldOf, type Argument, type CallExpression, type CodeExpression, type PercentExpression } from './expression.ts';
import { formatFields, percentFields, type BraceField } from './format-fields.ts';
import type { PartsReader } from './parts-reader.ts';

/** Null: it is no call of `format`, or its text is not known or is not a format string. */
export function formatText(reader: PartsReader, file: SourceFile, call: CallExpression): DraftPart[] | null {
  const { callee } = call;
  if (callee.kind !== 'member' || callee.property !== 'format' || file.language !== 'python') return null;
  const parts = reader.text({ file, expression: callee.object });
  const fields = parts && formatFields(flatText(parts));
  if (parts === null || fields === null) return null;
  return replaceSpans(
    parts,
    fields.map((field) => ({ ...field, with: 'text' in field ? [literal(parts, field)] : valueOf(reader, file, parts, field, call) })),
  );
}

/** The fields of a text whose values come from elsewhere (a prompt template): each is a variable of its name. Null: not a format string. */
export function fieldsAsHoles(file: SourceFile, parts: readonly DraftPart[], owner: CodeExpression): DraftPart[] | null {
  const fields = formatFields(flatText(parts));
  if (fields === null) return null;
  return replaceSpans(
    parts,
    fields.map((field): Replacement => ({ ...field, with: [literalOrVariable(file, parts, field, owner)] })),
  );
}

function literalOrVariable(file: SourceFile, parts: readonly DraftPart[], field: BraceField, owner: CodeExpression): DraftPart {
  if ('text' in field) return literal(parts, field);
  return {
    hole: { file, expression: owner },
    name: field.name === '' ? 'value' : `${field.name}${field.path}`,
    print: 'python',
    format: field.format,
    source: placeOf(parts, field),
    why: FILLED_LATER,
  };
}

const literal = (parts: readonly DraftPart[], field: BraceField & { text: string }): DraftPart => ({
  text: field.text,
  source: placeOf(parts, field),
});

function valueOf(
  reader: PartsReader,
  file: SourceFile,
  parts: readonly DraftPart[],
  field: Exclude<BraceField, { text: string }>,
  call: CallExpression,
): DraftPart[] {
  const given = field.position === null ? keyword(call.arguments, field.name) : positional(call.arguments, field.position);
  const source = placeOf(parts, field);
  if (given === null) return [{ ...(literalOrVariable(file, parts, field, call) as Extract<DraftPart, { hole: unknown }>), source }];
  const located = { file, expression: given };
  const known = field.path === '' && field.format === null ? reader.text(located) : null;
  if (known !== null) return known;
  const name = field.position === null ? { name: `${field.name}${field.path}` } : {};
  return [reader.hole(located, 'python', { ...name, format: field.format, source })];
}

const keyword = (given: readonly Argument[], name: string): CodeExpression | null =>
  given.find((argument) => argument.name === name)?.value ?? null;

function positional(given: readonly Argument[], index: number): CodeExpression | null {
  const plain = given.filter((argument) => argument.name === null);
  return plain.slice(0, index + 1).some(({ value }) => value.kind === 'spread') ? null : (plain[index]?.value ?? null);
}

/** `"%s and %(name)s" % …`; null: the values do not fit what is known of the text. */
export function formatPercent(reader: PartsReader, file: SourceFile, { left, right }: PercentExpression): DraftPart[] | null {
  const parts = reader.text({ file, expression: left });
  const fields = parts && percentFields(flatText(parts));
  if (parts === null || fields === null) return null;
  const followed = reader.resolver.follow({ file, expression: right });
  const values = 'why' in followed ? null : followed.expression;
  let next = 0;
  const replacements = fields.map((field): Replacement => {
    const source = placeOf(parts, field);
    if ('text' in field) return { ...field, with: [{ text: field.text, source }] };
    const item = values?.kind === 'list' ? values.items[next] : right;
    const given = field.name !== null ? (values?.kind === 'object' ? fieldOf(values, field.name) : null) : item;
    if (field.name === null) next++;
    const located = { file: 'why' in followed ? file : followed.file, expression: given ?? right };
    const isPlain = field.format === null;
    const known = isPlain && given ? reader.text(located) : null;
    if (known !== null) return { ...field, with: known };
    return {
      ...field,
      with: [reader.hole(located, 'python', { ...(field.name === null ? {} : { name: field.name }), format: field.format, source })],
    };
  });
  return replaceSpans(parts, replacements);
}

/** Where a span of the text stands in the file: exact where it lies in one piece. */
export function placeOf(parts: readonly DraftPart[], span: { readonly start: number; readonly end: number }): DraftPart['source'] {
  let at = 0;
  let first: DraftPart['source'] | null = null;
  let last: DraftPart['source'] | null = null;
  for (const part of parts) {
    const end = at + ('text' in part ? part.text.length : 1);
    if (end > span.start && at < span.end) {
      const isExact = 'text' in part && part.source.range.end - part.source.range.start === part.text.length;
      const { start: base } = part.source.range;
      const start = isExact ? base + Math.max(0, span.start - at) : base;
      const stop = isExact ? base + Math.min(end, span.end) - at : part.source.range.end;
      const source = { ...part.source, range: { start, end: stop } };
      first ??= source;
      last = source;
    }
    at = end;
  }
  if (first === null || last === null) return { path: '', range: { start: 0, end: 0 } };
  return first.path === last.path ? { path: first.path, range: { start: first.range.start, end: last.range.end } } : first;
}
