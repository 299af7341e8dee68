/** The program that runs a JavaScript or TypeScript assertion in a process of its own: plain text for `node -e`, without anything of ours. */
import { IMPORTED } from './javascript-import.ts';

/** Reads the job from standard input, writes `{ value }` or `{ error }` to file descriptor 3. Code without `return` is one expression, or one
 * line of declarations with an expression at its end. */
export const JAVASCRIPT_HOST = `
const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { source, output, context, transpiler } = JSON.parse(fs.readFileSync(0, 'utf8'));
${IMPORTED}
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
const made = (kind, body) => {
  try { return new kind('output', 'context', body); }
  catch (error) { if (!(error instanceof SyntaxError)) throw error; return null; }
};
// As in promptfoo, one line that begins with a declaration returns its last expression: it begins after the last semicolon that allows it.
const declared = (code) => {
  if (code.includes('\\n') || !/^(?:const|let|var)\\s/.test(code)) return null;
  for (let at = code.lastIndexOf(';'); at > 0; at = code.lastIndexOf(';', at - 1)) {
    const last = code.slice(at + 1).trim();
    const end = 'return (' + last + '\\n)';
    const found = last === '' || made(AsyncFunction, end) === null ? null : made(AsyncFunction, code.slice(0, at + 1) + end);
    if (found !== null) return found;
  }
  return null;
};
const compiled = (code) =>
  made(Function, 'return (' + code + '\\n)') ??
  made(Function, 'return (' + code.replace(/[\\s;]+$/, '') + '\\n)') ??
  (/\\breturn\\b/.test(code) ? null : made(AsyncFunction, 'return ' + code)) ??
  declared(code.trim().replace(/[\\s;]+$/, '')) ??
  new AsyncFunction('output', 'context', code);
const loaded = async ({ file, name }) => {
  const module = await imported(file);
  const found = name === null ? (module.default?.default ?? module.default ?? module.get_assert) : (module[name] ?? module.default?.[name]);
  if (typeof found !== 'function') throw new Error(name === null ? 'the file exports no function' : 'the file exports no function ' + name);
  return found;
};
const hint = (error) => error?.code === 'ERR_ACCESS_DENIED' ? ' A code assertion may read files of the repository, and nothing else.' : '';
const say = (answer) => { fs.writeSync(3, JSON.stringify(answer)); process.exit(0); };
(async () => {
  const call = source.code === undefined ? await loaded(source) : compiled(source.code);
  const value = await call(output, context);
  say({ value: value === undefined ? null : value });
})().catch((error) => say({ error: String(error?.message ?? error) + hint(error) }));
`;
