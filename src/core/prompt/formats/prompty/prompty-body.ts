/** The body of a `.prompty`: a template whose lines `system:`, `user:` and so on part it into messages (Prompty's specification, §6). */
import type { Diagnostics } from '../../../problems/diagnostics.ts';
import type { TextMark } from '../../document.ts';
import type { Slice } from '../front-matter.ts';

/** A line that is only a role. Its attributes go to no provider that Goldset sends to. */
const ROLE_LINE = /^[ \t]*#?[ \t]*(system|user|assistant|developer|function|tool)[ \t]*(\[[^\]\n]*\])?[ \t]*:[ \t]*$/i;
/** A line whose role is a value, such as `{{item.role}}:` in a loop. */
const ROLE_OF_VALUE = /^[ \t]*#?[ \t]*\{\{-?[ \t]*[\w.[\]'"]*role[\w.[\]'"]*[ \t]*-?\}\}[ \t]*:[ \t]*$/i;

/** The lines of the template that begin messages. A role that a value writes is text, here as in Prompty's strict mode. */
export function roleLines({ text, offset }: Slice, diagnostics: Diagnostics): TextMark[] {
  return [...text.matchAll(/[^\n]*(?:\n|$)/g)].flatMap((line): TextMark[] => {
    const content = line[0].replace(/\r?\n$/, '');
    const start = offset + line.index + content.length - content.trimStart().length;
    const range = { start, end: offset + line.index + content.trimEnd().length };
    if (ROLE_OF_VALUE.test(content))
      diagnostics.warning(
        'prompty/role-of-value',
        'The role of this message is a value, so this line is sent as text: a value never begins a message.',
        range,
        'Declare the conversation as an input with `kind: thread`, and write {{name}} where it goes.',
      );
    const [, role, attributes] = ROLE_LINE.exec(content) ?? [];
    if (role === undefined) return [];
    if (role.toLowerCase() === 'function' || role.toLowerCase() === 'tool') {
      diagnostics.warning(
        'prompty/tool-message',
        `A \`${role}\` message answers a call that the model made before, and a template has none: this line is sent as text.`,
        range,
      );
      return [];
    }
    if (attributes !== undefined)
      diagnostics.info('prompty/attributes', `The attributes ${attributes} of this message are not sent.`, range);
    return [{ range, role: roleOf(role) }];
  });
}

const roleOf = (written: string): string => {
  const role = written.toLowerCase();
  return role === 'assistant' ? 'model' : role;
};
