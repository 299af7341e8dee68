/** Constants that hold a prompt: which names count, and what message their text is. */
import type { SourceFile, SourceLanguage, Declaration } from './source-file.ts';
import { FILLED_LATER, flatText, replaceSpans, type DraftPart, type Located, type Replacement } from './draft.ts';
import { fieldsAsHoles, placeOf } from './format-calls.ts';
import { formatFields } from './format-fields.ts';
import { inputAfter, sourceOf, type DraftMessage } from './messages.ts';
import type { PartsReader } from './parts-reader.ts';

/** The ends of a name that say that its text is a prompt. `instructions` in lower case names many other things. */
export const NAME_ENDS = ['PROMPT', 'Prompt', 'INSTRUCTIONS', 'SYSTEM_MESSAGE'] as const;

/** In Python, which writes names of several words so, also of what is no constant. */
export const PYTHON_NAME_ENDS = ['_prompt', '_instructions'] as const;

export const isPromptName = (name: string, language: SourceLanguage): boolean =>
  [...NAME_ENDS, ...(language === 'python' ? PYTHON_NAME_ENDS : [])].some((end) => name.endsWith(end));

/** The text of a constant, or what a function of this name returns; null: it is no text, or an empty one. */
export function constantText(
  reader: PartsReader,
  file: SourceFile,
  { value, name }: Declaration,
): (Located & { readonly parts: DraftPart[] }) | null {
  if (value === null) return null;
  const written = value();
  const expression = written.kind === 'function' ? written.result : written;
  // A name for another constant is no second prompt.
  if (expression === null || expression.kind === 'name' || expression.kind === 'member') return null;
  const parts = reader.text({ file, expression });
  if (parts === null || !hasStaticText(parts)) return null;
  return { file, expression, parts: withFields(file, name, parts, { file, expression }) };
}

export const hasStaticText = (parts: readonly DraftPart[]): boolean => parts.some((part) => 'text' in part && part.text.trim() !== '');

/** A text whose fields are filled elsewhere: Python's `{name}`, and `{{name}}` in any language. */
function withFields(file: SourceFile, name: string, parts: DraftPart[], owner: Located): DraftPart[] {
  const text = flatText(parts);
  // What a format call has filled is no template any more.
  const { expression } = owner;
  const isFormattedText =
    expression.kind === 'percent' ||
    (expression.kind === 'call' && expression.callee.kind === 'member' && expression.callee.property === 'format');
  if (isFormattedText) return parts;
  if (file.language === 'python') {
    const isFormatted = new RegExp(`\\b${name}\\s*\\.\\s*format(?:_map)?\\s*\\(`).test(file.text);
    const fields = formatFields(text);
    const isPlain = parts.every((part) => 'text' in part);
    const looksFilled = isPlain && fields?.some((field) => 'name' in field && field.position === null) === true;
    if (fields !== null && (isFormatted || looksFilled)) return fieldsAsHoles(file, parts, owner.expression) ?? parts;
  }
  if (text.includes('{%')) return parts;
  const replacements = [...text.matchAll(/\{\{\s*([A-Za-z_][\w.]*)\s*\}\}/g)].map((match): Replacement => {
    const span = { start: match.index, end: match.index + match[0].length };
    const hole = {
      hole: owner,
      name: match[1] ?? '',
      print: 'text',
      format: null,
      source: placeOf(parts, span),
      why: FILLED_LATER,
    } as const;
    return { ...span, with: [hole] };
  });
  return replacements.length === 0 ? parts : replaceSpans(parts, replacements);
}

/** A system text is followed by what the user writes, the variable `input`. `role`: of the message that has the text; null: none has. */
export function constantMessages(
  reader: PartsReader,
  text: Located & { readonly parts: readonly DraftPart[] },
  { name, role }: { readonly name: string; readonly role: string | null },
): DraftMessage[] {
  const own: DraftMessage = {
    role: role ?? (/system|instruction/i.test(name) ? 'system' : 'user'),
    parts: text.parts,
    source: sourceOf(text),
  };
  return own.role === 'system' ? [own, inputAfter(reader, text)] : [own];
}
