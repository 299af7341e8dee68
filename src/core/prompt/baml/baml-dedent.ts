/** Raw text of BAML begins where its least indented line does, and has no empty lines around it. */

/** The text without the indentation that all its lines have. */
export const dedented = (content: string): string =>
  dedentedLines(content)
    .map(({ text }) => text)
    .join('\n')
    .trim();

/** Its lines, and where each begins in it; all of them, so that each place is known. */
export function dedentedLines(content: string): { readonly text: string; readonly at: number }[] {
  let at = 0;
  const lines = content.split('\n').map((text) => {
    const line = { text: text.replace(/\r$/, ''), at };
    at += text.length + 1;
    return line;
  });
  const indents = lines.flatMap(({ text }) => (text.trim() === '' ? [] : [text.length - text.trimStart().length]));
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => {
    const cut = Math.min(indent, line.text.length - line.text.trimStart().length);
    return { text: line.text.slice(cut), at: line.at + cut };
  });
}
