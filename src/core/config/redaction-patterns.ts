/**
 * The user's regular expressions. They run in the application's own process, so they are matched by RE2's algorithm, in time
 * linear in the text whatever the pattern is. Its syntax has no look-around and no back-references.
 */
import { RE2JS } from 're2js';
import type { RedactionMatch } from './redaction-rules.ts';
import { quantity } from '../display/figures.ts';

/** Time is text × program; larger ones are no redaction rules. Instructions. */
const MAX_PROGRAM = 500;
const MAX_PATTERNS = 100;

/** Why a pattern cannot be used; null: it can. */
export function patternProblem(pattern: string): string | null {
  const compiled = compile(pattern);
  if (typeof compiled === 'string') return compiled;
  if (compiled.programSize() > MAX_PROGRAM) return 'This regular expression is too large. Use fewer or smaller repetitions.';
  if (compiled.test('')) return 'This regular expression matches empty text, so it can’t redact anything.';
  return null;
}

/** Finds all that any of the patterns matches. @throws {RangeError} one cannot be used. */
export function patternFinder(patterns: readonly string[]): (text: string) => RedactionMatch[] {
  if (patterns.length > MAX_PATTERNS)
    throw new RangeError(`${quantity(patterns.length, 'pattern')} given; at most ${MAX_PATTERNS} are allowed.`);
  for (const pattern of patterns) {
    const problem = patternProblem(pattern);
    if (problem !== null) throw new RangeError(`/${pattern}/: ${problem}`);
  }
  if (patterns.length === 0) return () => [];
  const any = RE2JS.compile(patterns.map((pattern) => `(?:${pattern})`).join('|'));
  return (text) => {
    if (!any.test(text)) return [];
    const found: RedactionMatch[] = [];
    const matcher = any.matcher(text);
    while (matcher.find()) found.push({ start: matcher.start(), end: matcher.end(), kind: 'redacted' });
    return found.filter(({ start, end }) => end > start);
  };
}

function compile(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return `This regular expression is invalid: ${reason}. Use RE2 syntax, which has no look-around or back-references.`;
  }
}
