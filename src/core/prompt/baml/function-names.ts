/** The names of the functions of a .baml file that have a prompt, without reading the rest of it. */

/** Strings and comments, in which words mean nothing. */
const NO_CODE = /(#+)"[\s\S]*?(?:"\1|$)|"(?:\\[\s\S]|[^"\\])*"|\/\/[^\n]*|\{\/\/[\s\S]*?\/\/\}/g;
const DECLARATION = /^(?:function|class|enum|type|test|template_string|client|generator|retry_policy|impl)\b/m;

export const bamlFunctionNames = (text: string): string[] =>
  text
    .replace(NO_CODE, ' ')
    .split(/^\s*function\s+(?=[A-Za-z_])/m)
    .slice(1)
    .flatMap((part) => {
      const body = part.split(DECLARATION)[0] ?? '';
      const name = /^[A-Za-z_]\w*/.exec(part)?.[0];
      return name !== undefined && /\bprompt\b/.test(body) ? [name] : [];
    });
