/** Functions of a promptfoo config that make its tests. The reader is pure: who may call them gives what they returned as a file of this name. */
import type { JsonValue } from '../../json/json.ts';
import type { TestGenerator } from '../document.ts';
import { buildFunction } from '../built/build-reference.ts';

/** `path`: of the function, from the root: `evals/cases.py:generate`. Null: it is no code that is run. */
export function testGenerator(path: string, config: JsonValue): TestGenerator | null {
  const found = buildFunction(`file://${path}`);
  if (found === null) return null;
  // promptfoo's name of a Python function that has none.
  const build = found.language === 'python' && found.name === null ? { ...found, name: 'generate_tests' } : found;
  const of = config === null ? '' : encodeURIComponent(JSON.stringify(config));
  return { build, config, made: `${path}${MADE}${of}` };
}

const MADE = '#made-tests:';
/** Whether a name stands for what a function returned. */
export const isMade = (name: string): boolean => name.includes(MADE);
