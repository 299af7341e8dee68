/** A conversation as turns of text that a person reads and edits, and the messages that an edited one means. */
import type { CaseMessage } from '../golden/case-messages.ts';
import type { Message, Part } from '../prompt/request.ts';

/** `role`: as people call it. */
export interface ConversationTurn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

/** Characters of an address that stand for a file. */
const SHOWN_URL = 200;

/** How a file stands in the text of a turn. */
export const mediaText = ({ url, contentType }: { readonly url: string; readonly contentType?: string }): string =>
  `[${contentType ?? 'media'}: ${url.slice(0, SHOWN_URL)}]`;

/** Each message as a turn; files, calls and results of tools as text. A provider's own record of its reasoning is not shown. */
export const turnsOf = (messages: readonly Message[]): ConversationTurn[] =>
  messages.map(({ role, content }) => ({ role: turnRole(role), text: content.map(partText).join('') }));

function turnRole(role: string): ConversationTurn['role'] {
  if (role === 'model' || role === 'assistant') return 'assistant';
  if (role === 'system' || role === 'developer') return 'system';
  return role === 'tool' ? 'tool' : 'user';
}

function partText(part: Part): string {
  if ('text' in part) return part.text;
  if ('media' in part) return mediaText(part.media);
  if ('toolCall' in part) return `→ ${part.toolCall.name} ${part.toolCall.arguments}`;
  return 'toolResult' in part ? part.toolResult.text : '';
}

/**
 * The messages that edited turns mean. A turn that is as it was is its message, with files, calls and results; of one that was edited the
 * text is replaced, and its files stay as far as their place is still in it.
 */
export function editedMessages(before: readonly Message[], turns: readonly ConversationTurn[]): Message[] {
  const shown = turnsOf(before);
  let at = 0;
  return turns.map((turn): Message => {
    const same = shown.findIndex(({ role, text }, i) => i >= at && role === turn.role && text === turn.text);
    const found = same === -1 ? shown.findIndex(({ role }, i) => i >= at && role === turn.role) : same;
    const message = before[found];
    if (message === undefined) return { role: turn.role === 'assistant' ? 'model' : turn.role, content: [{ text: turn.text }] };
    at = found + 1;
    return same === -1 ? { role: message.role, content: editedContent(message.content, turn.text) } : message;
  });
}

function editedContent(before: readonly Part[], text: string): Part[] {
  const [only] = before;
  if (before.length === 1 && only !== undefined && 'toolResult' in only) return [{ toolResult: { ...only.toolResult, text } }];
  const content: Part[] = [];
  let rest = text;
  for (const part of before) {
    if (!('media' in part) && !('toolCall' in part)) continue;
    const place = partText(part);
    const found = rest.indexOf(place);
    if (found === -1) continue;
    if (found > 0) content.push({ text: rest.slice(0, found) });
    content.push(part);
    rest = rest.slice(found + place.length);
  }
  return rest === '' && content.length > 0 ? content : [...content, { text: rest }];
}

/** What of a conversation a case has in `messages`: only what goes on from the `rendered` messages, where these are unchanged. */
export function caseMessagesOf(conversation: readonly Message[], rendered: readonly Message[]): readonly CaseMessage[] {
  const isSame = rendered.length > 0 && rendered.every((message, i) => JSON.stringify(message) === JSON.stringify(conversation[i]));
  const rest = isSame ? conversation.slice(rendered.length) : conversation;
  const chosen = isSame && rest[0]?.role !== 'model' && rest.length > 0 ? conversation : rest;
  return chosen.map(({ role, content }) => ({ role, content: content.flatMap(casePart) }));
}

const casePart = (part: Part): CaseMessage['content'] => ('metadata' in part ? [] : [part]);
