/**
 * *Move Prompt to File*: the text of a constant becomes a file that the program reads. The bytes that are sent stay the same: both are
 * rendered with the same values and compared, and a difference refuses the move.
 */
import type { TemplatePart } from '../document.ts';
import { markedComments } from './markers.ts';
import { moveJavascript } from './move-javascript.ts';
import { movePython } from './move-python.ts';
import type { MovedPart, PromptMove } from './move-types.ts';
import type { SourceFile } from './source-file.ts';
import { parseSource, readCode, type CodePrompt, type ImportResolver, type SourceText } from './read-code.ts';

export interface MoveOptions {
  readonly resolveImport: ImportResolver;
  /** goldset.yaml names a model, so that a prompt needs none of its own. */
  readonly hasModel: boolean;
}

/** Never throws; `refused` says why the text cannot be moved without a change of what is sent. */
export function moveToFile(source: SourceText, id: string, { resolveImport, hasModel }: MoveOptions): PromptMove {
  const { prompts } = readCode(source.path, source.text, resolveImport);
  const prompt = prompts.find((item) => item.id === id);
  if (prompt === undefined) return { refused: `There is no prompt ${id}.` };
  const { template, name, model } = prompt.document;
  const [message] = template.kind === 'parts' ? template.messages : [];
  if (
    message === undefined ||
    prompt.origin === 'call' ||
    message.source.path !== source.path ||
    message.source.range.start !== prompt.range.start
  )
    return { refused: 'Only one string can be moved. Put the text into a constant whose name ends in PROMPT, then move the constant.' };
  const parts = movedParts(source, prompt, message.parts);
  if ('refused' in parts) return parts;
  const file = parseSource(source);
  const base = source.path.replace(/\.[^./]+$/, '').replace(/$/, `.${name.replace(/[^\p{L}\p{N}_.-]/gu, '-')}`);
  if (file.language === 'python')
    return withoutMarker(movePython({ source, file, range: prompt.range, parts: parts.parts, base }), prompt, file);
  const container = prompts.find((item) => item.id === prompt.containedIn);
  const ownModel = model?.id ?? container?.document.model?.id ?? null;
  if (ownModel === null && !hasModel)
    return { refused: 'A .prompt file needs a model. Add `model:` to goldset.yaml, then move the prompt.' };
  const move = moveJavascript({ source, file, range: prompt.range, role: message.role, parts: parts.parts, base, model: ownModel });
  return withoutMarker(move, prompt, file);
}

/** The comment that marked the string would mark nothing any more. */
function withoutMarker(move: PromptMove, { origin, name, range }: CodePrompt, file: SourceFile): PromptMove {
  if ('refused' in move || origin !== 'marker') return move;
  const comment = markedComments(file).find((item) => item.name === name && item.expression?.range.start === range.start)?.range;
  if (comment === undefined) return move;
  const { text } = file;
  const start = text.slice(0, comment.start).search(/[ \t]*$/);
  const end = comment.end + (/^[ \t]*/.exec(text.slice(comment.end))?.[0].length ?? 0);
  const isWholeLine = (start === 0 || text[start - 1] === '\n') && /^\r?\n/.test(text.slice(end));
  const after = isWholeLine ? text.indexOf('\n', end) + 1 : comment.end;
  const edits = [...move.edits, { range: { start: isWholeLine || after === text.length ? start : comment.start, end: after }, text: '' }];
  return { ...move, edits: edits.sort((a, b) => a.range.start - b.range.start) };
}

/** Each variable with the expression that gives its value; a text of another file, or a changed text, cannot be moved. */
function movedParts(
  source: SourceText,
  prompt: CodePrompt,
  parts: readonly TemplatePart[],
): { readonly parts: readonly MovedPart[] } | { readonly refused: string } {
  const moved: MovedPart[] = [];
  for (const part of parts) {
    const { path, range } = part.source;
    const isOwn = path === source.path && range.start >= prompt.range.start && range.end <= prompt.range.end;
    if ('text' in part) {
      if (!isOwn)
        return { refused: 'A part of the text is in another constant. Move that constant, or write its text here, then move the prompt.' };
      moved.push(part);
      continue;
    }
    const hole = prompt.unresolved.find((item) => item.variable === part.variable);
    if (!isOwn || hole === undefined) return { refused: `The value of ${part.variable} comes from another part of the program.` };
    const written = source.text.slice(range.start, range.end);
    moved.push({ variable: part.variable, value: hole.value, format: part.format, written });
  }
  return { parts: moved };
}
