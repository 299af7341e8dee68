/**
 * ModelRequest → the messages of a language model of the editor. Its API knows the roles user and assistant alone, so
 * system text becomes the first user message, and says in its first line what it is.
 */
import { brandErrorClass, hasErrorKind } from '../../../core/problems/errors.ts';
import { textOf, type Message, type Part } from '../../../core/prompt/request.ts';
import type { ToolCall, ToolResult } from '../../../core/tool.ts';

export type EditorPart =
  | { readonly text: string }
  /** `data`: base64. */
  | { readonly image: { readonly mimeType: string; readonly data: string } }
  | { readonly toolCall: ToolCall }
  | { readonly toolResult: ToolResult };

export interface EditorMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly EditorPart[];
}

export const EDITOR_PROVIDER = 'vscode';

export const isEditorModel = (id: string): boolean => id.startsWith(`${EDITOR_PROVIDER}:`);

/** The line that marks system text. */
export const SYSTEM_MARK = 'System instructions:';

/** `image`: the address of an image that is not in the request itself, which the editor cannot send. */
export class UnsendableImage extends Error {
  static {
    brandErrorClass(this, 'unsendable-image');
  }

  constructor(readonly image: string) {
    super(image);
  }
}

/** Whether an error is an `UnsendableImage`, of whichever bundle. */
export const isUnsendableImage = (error: unknown): error is UnsendableImage => hasErrorKind(error, 'unsendable-image');

/** @throws {UnsendableImage} */
export function editorMessages(messages: readonly Message[]): EditorMessage[] {
  const system = messages.filter(({ role }) => role === 'system').map(textOf);
  const first: EditorMessage[] =
    system.length === 0 ? [] : [{ role: 'user', content: [{ text: `${SYSTEM_MARK}\n${system.join('\n\n')}` }] }];
  const rest = messages
    .filter(({ role }) => role !== 'system')
    .map(({ role, content }): EditorMessage => ({ role: role === 'model' ? 'assistant' : 'user', content: content.flatMap(editorPart) }))
    .filter(({ content }) => content.length > 0);
  return [...first, ...rest];
}

function editorPart(part: Part): EditorPart[] {
  if ('text' in part) return [{ text: part.text }];
  if ('toolCall' in part || 'toolResult' in part) return [part];
  if (!('media' in part)) return [];
  const [, mimeType, data] = /^data:(image\/[\w.+-]+);base64,(.+)$/s.exec(part.media.url) ?? [];
  if (mimeType === undefined || data === undefined) throw new UnsendableImage(part.media.url);
  return [{ image: { mimeType, data } }];
}
