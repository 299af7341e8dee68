/** `javascript` and `python` assertions by promptfoo's contract. Their code runs in a process of its own, in trusted workspaces only. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { CannotGrade, type AssertionSpec, type Grade } from './assertion.ts';

export type CodeLanguage = 'javascript' | 'python';

export const isCode = (type: string): type is CodeLanguage => type === 'javascript' || type === 'python';

export interface CodeJob {
  readonly language: CodeLanguage;
  /** An expression, or the body of a function; or a file of the workspace with a function. */
  readonly source: { readonly code: string } | { readonly file: string; readonly name: string | null };
  readonly output: string;
  /** promptfoo's second argument. */
  readonly context: JsonObject;
}

/** The port to where such code runs. */
export interface CodeRunner {
  /** What the code returned. @throws {HumanError} when it threw, took too long, or may not run. */
  run(job: CodeJob): Promise<JsonValue>;
}

export const codeProblem = ({ type, value }: AssertionSpec): string | null =>
  typeof value === 'string' && value.trim() !== ''
    ? null
    : `\`${type}\` needs code as \`value\`: an expression, a function's body, or file://…`;

/** The file of an assertion `file://check.js:name`, and the function in it; null: the value is code. */
export function codeFile({ value, verbatim }: Pick<AssertionSpec, 'value' | 'verbatim'>): { file: string; name: string | null } | null {
  const isLiteral = (verbatim ?? []).some((path) => path.length === 0);
  const found = typeof value !== 'string' || isLiteral ? null : /^file:\/\/(.+?)(?::([A-Za-z_]\w*))?$/.exec(value.trim());
  return found?.[1] === undefined ? null : { file: found[1], name: found[2] ?? null };
}

export function codeJob(language: CodeLanguage, spec: AssertionSpec, output: string, vars: JsonObject, prompt: string): CodeJob {
  const text = typeof spec.value === 'string' ? spec.value.trim() : '';
  return {
    language,
    source: codeFile(spec) ?? { code: text },
    output,
    context: {
      vars,
      prompt,
      ...(spec.threshold === undefined ? {} : { threshold: spec.threshold }),
      ...(spec.config === undefined ? {} : { config: spec.config }),
    },
  };
}

/** The job that makes of an output what is graded (promptfoo's `transform`). A Python file has the function `get_transform`. */
export function transformJob(transform: string, output: string, vars: JsonObject, prompt: string): CodeJob {
  const file = codeFile({ value: transform });
  const isPython = file !== null && file.file.endsWith('.py');
  return {
    language: isPython ? 'python' : 'javascript',
    source: file === null ? { code: transform.trim() } : { file: file.file, name: file.name ?? (isPython ? 'get_transform' : null) },
    output,
    context: { vars, prompt },
  };
}

/** What a transform returned, as the text that is graded. @throws {CannotGrade} when it returned nothing. */
export function transformedText(value: JsonValue): string {
  if (value === null) throw new CannotGrade('The `transform` returned nothing, so there is nothing to grade.');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A boolean, a score, or `{ pass, score, reason }`. @throws {CannotGrade} for anything else. */
export function codeGrade(value: JsonValue, { type, threshold }: AssertionSpec): Grade {
  if (typeof value === 'boolean')
    return { pass: value, score: value ? 1 : 0, reason: value ? 'The code returned true.' : 'The code returned false.' };
  if (typeof value === 'number' && Number.isFinite(value)) return scored(value, threshold, null);
  if (isJsonObject(value)) {
    const score = typeof value['score'] === 'number' ? value['score'] : null;
    const pass = value['pass'] ?? value['pass_'];
    const reason = typeof value['reason'] === 'string' && value['reason'] !== '' ? value['reason'] : null;
    if (typeof pass === 'boolean') {
      const enough = threshold === undefined || score === null || score >= threshold;
      return {
        pass: pass && enough,
        score: clamp(score ?? (pass ? 1 : 0)),
        reason: reason ?? (pass ? 'The code returned true.' : 'The code returned false.'),
      };
    }
    if (score !== null) return scored(score, threshold, reason);
  }
  throw new CannotGrade(
    `\`${type}\` must return true or false, a number, or { pass, score, reason }, not ${JSON.stringify(value)?.slice(0, 80) ?? 'nothing'}.`,
  );
}

const clamp = (score: number): number => Math.min(1, Math.max(0, score));

/** Without a threshold any score above 0 passes (promptfoo). */
function scored(score: number, threshold: number | undefined, reason: string | null): Grade {
  const pass = threshold === undefined ? score > 0 : score >= threshold;
  const limit = threshold === undefined ? 'more than 0' : `at least ${threshold}`;
  return { pass, score: clamp(score), reason: reason ?? `The code returned ${score}; ${limit} passes.` };
}
