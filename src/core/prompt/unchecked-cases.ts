/** Cases that check nothing, said once per file: they are unjudged, and do not count as passed. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import { quantity } from '../display/figures.ts';
import { groupBy } from '../collections/group-by.ts';
import { assertionsOf } from '../golden/case-assertions.ts';
import type { GoldenCase } from '../golden/case.ts';
import { checksSomething } from '../grade/grade.ts';
import { isJsonObject } from '../json/json.ts';
import type { PromptDocument } from './document.ts';
import type { TemplateAnalysis } from './template/analyse.ts';

/** One warning per file, at its first such case; another where `assert` or `expected` stands among the variables. */
export function uncheckedCases(
  { path, format, embedded }: PromptDocument,
  { variables }: TemplateAnalysis,
  cases: readonly GoldenCase[],
): Diagnostic[] {
  const used = new Set(variables.map(({ name }) => name));
  return [...groupBy(cases, ({ source }) => source.path)].flatMap(([file, own]): Diagnostic[] => {
    const unchecked = own.filter((item) => item.unsupported === null && !checksSomething(assertionsOf(item, embedded.assertions)));
    const isTestData = file === path && format === 'prompt-yml';
    const keyOf = (item: GoldenCase): string | null => (isTestData ? null : misplacedKey(item, used, unchecked.includes(item)));
    const misplaced = own.filter((item) => keyOf(item) !== null);
    const key = misplaced[0] === undefined ? null : keyOf(misplaced[0]);
    const subject = quantity(unchecked.length, 'case checks nothing, so it is', 'cases check nothing, so they are');
    return [
      ...warning(unchecked, 'golden/unjudged', `${subject} unjudged and not counted as passed.`, hintFor(isTestData, key)),
      ...(key === null
        ? []
        : warning(
            misplaced,
            'golden/misplaced-check',
            `\`${key}\` stands under \`vars\` in ${quantity(misplaced.length, 'case')}, so it is a variable and checks nothing.`,
            `Move \`${key}\` beside \`vars\`.`,
          )),
    ];
  });
}

function warning([first]: readonly GoldenCase[], code: string, message: string, hint: string): Diagnostic[] {
  return first === undefined ? [] : [{ code, severity: 'warning', message, hint, path: first.source.path, range: first.source.anchor }];
}

/** A check that stands among the variables of a template that does not use it. An assertion may use `expected`, if there is one. */
function misplacedKey({ vars }: GoldenCase, used: ReadonlySet<string>, isUnchecked: boolean): string | null {
  const { assert, expected } = vars;
  if (!used.has('assert') && Array.isArray(assert) && assert.some((item) => isJsonObject(item) && item['type'] !== undefined))
    return 'assert';
  return isUnchecked && expected !== undefined && !used.has('expected') ? 'expected' : null;
}

function hintFor(isTestData: boolean, misplaced: string | null): string {
  if (misplaced !== null) return `Move \`${misplaced}\` out of \`vars\`.`;
  return isTestData ? 'Add `evaluators` to the file.' : 'Add `expected` or `assert`.';
}
