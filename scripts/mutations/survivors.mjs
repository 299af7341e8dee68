/**
 * Mutants that no test finds, and why. A reason names what it is for by the source itself, so that it holds when lines move:
 *   FILE: a list of { code: the line, trimmed; was, is: what is changed and into what, both optional; why }
 */
import { isOf } from './folders.mjs';

/**
 * @typedef {{ line: number, column: number }} Position
 * @typedef {{ status: string, location: { start: Position, end: Position }, replacement: string, mutatorName: string }} Mutant
 * @typedef {{ files: Record<string, { source: string, mutants: Mutant[] }> }} Report A report of Stryker's, as far as it is read here.
 * @typedef {{ file: string, line: number, code: string, was: string, is: string, mutator: string, isReached: boolean }} Survivor
 * @typedef {{ code: string, was?: string, is?: string | string[], mutator?: string, why?: unknown }} Reason
 */

/**
 * What no test of a report of Stryker's finds.
 * @param {Report} report
 * @returns {Survivor[]}
 */
export function survivorsOf({ files }) {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location: { start, end }, replacement, mutatorName, status }) => {
        const text = lines.slice(start.line - 1, end.line);
        text[text.length - 1] = (text.at(-1) ?? '').slice(0, end.column - 1);
        text[0] = (text[0] ?? '').slice(start.column - 1);
        return {
          file,
          line: start.line,
          code: (lines[start.line - 1] ?? '').trim(),
          was: oneLine(text.join('\n')),
          is: oneLine(replacement),
          mutator: mutatorName,
          isReached: status === 'Survived',
        };
      });
  });
}

/**
 * Survivors without a reason, and reasons without a survivor, as text.
 * @param {Survivor[]} survivors
 * @param {Record<string, Reason[]> | null} reasons
 * @param {import('./folders.mjs').Folder} folder
 */
export function explain(survivors, reasons, folder) {
  const given = Object.entries(reasons ?? {}).flatMap(([file, list]) =>
    isOf(folder, file) ? list.map((reason) => ({ file, used: false, ...reason })) : [],
  );
  /**
   * @param {Reason & { file: string }} reason
   * @param {Survivor} one
   */
  const isFor = (reason, one) =>
    reason.file === one.file &&
    reason.code === one.code &&
    (reason.was ?? one.was) === one.was &&
    [reason.is ?? one.is].flat().includes(one.is) &&
    (reason.mutator ?? one.mutator) === one.mutator;
  const unexplained = survivors.filter((one) => {
    const fitting = given.filter((reason) => isFor(reason, one));
    for (const reason of fitting) reason.used = true;
    return !fitting.some(({ why }) => typeof why === 'string' && why !== '');
  });
  return {
    unexplained: unexplained.map(
      ({ file, line, was, is, isReached }) => `${file}:${line} ${cut(was)} → ${cut(is)}${isReached ? '' : ' (no test runs it)'}`,
    ),
    unused: given
      .filter(({ used }) => !used)
      .map(({ file, code, was, is }) => `${file}: ${code}${was ? `: ${was} → ${[is].flat().join(', ')}` : ''}`),
  };
}

/** @param {string} text */
const oneLine = (text) => text.replace(/\s+/g, ' ');

/** @param {string} text */
const cut = (text) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
