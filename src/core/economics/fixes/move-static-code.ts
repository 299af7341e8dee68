/** Static text in front of the first variable, in a string of source code: quotes, escapes and indentation stay as the string has them. */
import { fileOfPrompt } from '../../prompt/formats/prompt-name.ts';
import { editPrompt, type NewText } from '../../prompt/code/edit-prompt.ts';
import { importsAmong } from '../../prompt/code/code-prompt-reading.ts';
import { HOLE } from '../../prompt/code/draft.ts';
import { normaliseText, type TextRange } from '../../text/text.ts';
import type { Evidence, Finding } from '../findings/finding.ts';
import { staticFirst, type StaticMove } from './static-units.ts';

/** Null: the message is no single string of the file, or nothing in it can be moved. */
export function staticFirstInString({ path, range }: Finding, { reading, text }: Evidence): StaticMove | null {
  const { template, path: id } = reading.document;
  const file = fileOfPrompt(id);
  if (template.kind !== 'parts' || range === null || path !== file) return null;
  const parts = template.messages.find((message) =>
    message.parts.some((part) => 'variable' in part && part.source.path === file && part.source.range.start === range.start),
  )?.parts;
  const [first, last] = [parts?.[0], parts?.at(-1)];
  if (parts === undefined || first === undefined || last === undefined) return null;
  if (parts.some((part) => part.source.path !== file || ('text' in part && part.text.includes(HOLE)))) return null;
  const change = staticFirst(parts.map((part) => ('text' in part ? normaliseText(part.text) : HOLE)).join(''), (passage) =>
    passage.includes(HOLE),
  );
  if (change === null) return null;
  const holes = parts.flatMap((part) => ('variable' in part ? [part.source.range] : []));
  const whole = { start: first.source.range.start, end: last.source.range.end };
  return {
    moved: change.moved,
    edits: () => {
      const result = editPrompt({ path: file, text }, id, whole, withHoles(change.text, holes), importsAmong(reading.context.files));
      return 'edit' in result ? [result.edit] : null;
    },
  };
}

/** Paragraphs with variables keep their order among themselves, so the variables do too. */
const withHoles = (text: string, holes: readonly TextRange[]): NewText =>
  text.split(HOLE).flatMap((piece, i) => {
    const hole = i === 0 ? undefined : holes[i - 1];
    return hole === undefined ? [piece] : [hole, piece];
  });
