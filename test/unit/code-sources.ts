/** Source files with one prompt each, made from a seed: the strings of both languages in all the ways that people write them. */

/** A sequence of numbers below one that depends on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const WORDS = [
  'Answer',
  'in',
  'one',
  'sentence.',
  'Größe',
  '日本',
  '🙂',
  '"quoted"',
  "it's",
  '`code`',
  '$5',
  '{json}',
  '{"a": 1}',
  '\\n',
  '\\',
  '%d',
  '#',
  '//',
  '/* x */',
  '*/',
  "'''",
  '"""',
  '${x}',
  '</p>',
  '{{x}}',
  '}',
  '{',
];
const GAPS = [' ', ' ', ' ', '\n', '\n\n', '\n  ', '\t', '  '];

export function randomText(random: () => number, words: number): string {
  let text = '';
  for (let i = 0; i < words; i++) text += (i > 0 ? pick(random, GAPS) : '') + pick(random, WORDS);
  return text;
}

export const pick = <T>(random: () => number, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

export interface MadeSource {
  readonly path: string;
  readonly text: string;
  /** What the program has in the constant MY_PROMPT; `⟨name⟩` stands for the value of a variable. */
  readonly value: string;
}

type Writer = (text: string, name: string) => { readonly source: string; readonly value: string };

const escapeQuoted = (text: string, quote: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n');
const escapeTemplate = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
const escapeTriple = (text: string, quote: string): string => text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
const doubled = (text: string): string => text.replaceAll('{', '{{').replaceAll('}', '}}');

const JAVASCRIPT: readonly Writer[] = [
  (text) => ({ source: `'${escapeQuoted(text, "'")}'`, value: text }),
  (text) => ({ source: `"${escapeQuoted(text, '"')}"`, value: text }),
  (text) => ({ source: `\`${escapeTemplate(text)}\``, value: text }),
  (text, name) => ({ source: `\`${escapeTemplate(text)}\${${name}} end\``, value: `${text}⟨${name}⟩ end` }),
  (text, name) => ({ source: `'${escapeQuoted(text, "'")}' + ${name} + "!"`, value: `${text}⟨${name}⟩!` }),
  (text, name) => ({ source: `['${escapeQuoted(text, "'")}', ${name}, \`last\`].join('\\n')`, value: `${text}\n⟨${name}⟩\nlast` }),
];

const PYTHON: readonly Writer[] = [
  (text) => ({ source: `'${escapeQuoted(text, "'")}'`, value: text }),
  (text) => ({ source: `"${escapeQuoted(text, '"')}"`, value: text }),
  (text) => ({ source: `"""${escapeTriple(text, '"')}"""`, value: text }),
  (text) => ({ source: `'''${escapeTriple(text, "'")}'''`, value: text }),
  (text, name) => ({ source: `f"""${doubled(escapeTriple(text, '"'))}{${name}} end"""`, value: `${text}⟨${name}⟩ end` }),
  (text, name) => ({ source: `f'${doubled(escapeQuoted(text, "'"))}{${name}}'`, value: `${text}⟨${name}⟩` }),
  (text, name) => ({ source: `("first " '${escapeQuoted(text, "'")}' f"{${name}}")`, value: `first ${text}⟨${name}⟩` }),
  (text, name) => ({ source: `"${escapeQuoted(text, '"')}" + ${name}`, value: `${text}⟨${name}⟩` }),
  (text, name) => ({ source: `"\\n".join(["${escapeQuoted(text, '"')}", ${name}])`, value: `${text}\n⟨${name}⟩` }),
  (text, name) => ({ source: `"${doubled(escapeQuoted(text, '"'))}{${name}}".format(${name}=${name})`, value: `${text}⟨${name}⟩` }),
];

/** Without what would be a field that the program fills elsewhere: `{name}` in Python, `{{name}}` in both. */
export const plainText = (text: string, language: 'javascript' | 'python'): string =>
  (language === 'python' ? text.replaceAll('{json}', '{"j": 2}').replaceAll('${x}', '${ }') : text).replaceAll('{{x}}', '{{ }}');

/** A file around a constant MY_PROMPT. The text begins with a word, so that no writer has an empty one. */
export function randomSource(seed: number, language: 'javascript' | 'python'): MadeSource {
  const random = randomFrom(seed);
  const raw = `Write ${randomText(random, 1 + Math.floor(random() * 12))}`;
  const text = plainText(raw, language);
  const { source, value } = pick(random, language === 'python' ? PYTHON : JAVASCRIPT)(text, 'topic');
  const noise = pick(random, ['', '\n\n', language === 'python' ? '# a comment\n' : '// a comment\n']);
  const file =
    language === 'python'
      ? `import os\n${noise}topic = os.environ["X"]\nMY_PROMPT = ${source}\nafter = "untouched"\n`
      : `import os from 'os';\n${noise}const topic = os.env.X;\nexport const MY_PROMPT = ${source};\nconst after = 'untouched';\n`;
  return { path: language === 'python' ? 'a.py' : 'a.ts', text: file, value };
}
