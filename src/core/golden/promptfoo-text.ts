/**
 * Text for promptfoo that it shows as it is. promptfoo renders texts with Nunjucks, replaces `{{name}}` before that also inside `raw`, and
 * reads what begins with `file://` or `package:`. So the text stands in `{% raw %}`, and what begins a tag stands outside of it, as a string.
 */
import { isResolvable } from './literal.ts';

const START = '{% raw %}';
const END = '{% endraw %}';

/** A text that Nunjucks renders to this text. Text that nothing would read as something else stays as it is. */
export function promptfooText(text: string): string {
  // Nunjucks refuses the end of a comment that has not begun, and promptfoo removes a line break at the end.
  if (!isResolvable(text) && !text.includes('#}') && !text.endsWith('\n')) return text;
  // Each `{` that begins a tag is apart from the sign behind it, so that nothing in the result looks like a tag of the text.
  return `${START}${text.replace(/\{(?=[{%#])/g, `${END}{{ "{" }}${START}`)}${END}`;
}
