/** Regular expressions that people write in files: golden sets, scripted models, redaction rules. */

/**
 * The pattern as an expression. Flags at its start, such as `(?i)` or `(?is)`, apply to all of it, as other languages write them.
 * @throws {SyntaxError} when it is not a regular expression.
 */
export function compilePattern(pattern: string): RegExp {
  const flags = /^\(\?([imsu]+)\)/.exec(pattern);
  return flags ? new RegExp(pattern.slice(flags[0].length), flags[1]) : new RegExp(pattern);
}
