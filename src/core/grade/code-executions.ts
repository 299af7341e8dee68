/** What the code assertions of a case would execute. */
import type { CodeExecution } from '../trust/execution.ts';
import type { JsonObject } from '../json/json.ts';
import type { AssertionSpec } from './assertion.ts';
import { stemOf } from './assertion-types.ts';
import { codeJob, codeProblem, isCode, transformJob } from './code-assertion.ts';
import { withFilledPath } from './fill.ts';

/** What of goldset.yaml decides how code runs. */
export type CodeSettings = Pick<CodeExecution, 'env' | 'python'>;

/** Whether an assertion, or a member of it, is code. */
export const hasCode = ({ type, assert, transforms = [], contextTransform }: AssertionSpec): boolean =>
  isCode(stemOf(type)) || transforms.length > 0 || contextTransform !== undefined || (assert ?? []).some(hasCode);

/** Of each code assertion and each member of a set that is one; an assertion that is not written correctly executes nothing. */
export function codeExecutionsOf(specs: readonly AssertionSpec[], vars: JsonObject, settings: CodeSettings): CodeExecution[] {
  return specs.flatMap((spec) => {
    const { env, python } = settings;
    const members = [
      ...codeExecutionsOf(spec.assert ?? [], vars, settings),
      ...[...(spec.transforms ?? []), ...(spec.contextTransform === undefined ? [] : [spec.contextTransform])].map(
        (transform): CodeExecution => {
          const { language, source } = transformJob(transform, '', vars, '');
          return { kind: 'code', language, source, env, python };
        },
      ),
    ];
    const language = stemOf(spec.type);
    if (!isCode(language) || codeProblem(spec) !== null) return members;
    const { source } = codeJob(language, withFilledPath(spec, vars), '', vars, '');
    return [{ kind: 'code', language, source, env, python }, ...members];
  });
}
