/** Cases that check nothing, said once per file: they are unjudged, and do not count as passed. */
import type { Diagnostic } from '../diagnostics.ts';
import { groupBy } from '../group-by.ts';
import { assertionsOf } from '../golden/case-assertions.ts';
import type { GoldenCase } from '../golden/case.ts';
import { checksSomething } from '../grade/grade.ts';
import { isJsonObject } from '../json.ts';
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
    const misplaced = own.filter((item) => misplacedKey(item, used) !== null);
    const key = misplaced[0] === undefined ? null : misplacedKey(misplaced[0], used);
    const all = unchecked.length === own.length ? 'All' : String(unchecked.length);
    return [
      ...warning(
        unchecked,
        'golden/unjudged',
        `${all} of ${own.length} cases check nothing, so they are unjudged and do not count as passed.`,
        hintFor(isTestData, key),
      ),
      ...(key === null
        ? []
        : warning(
            misplaced,
            'golden/misplaced-check',
            `\`${key}\` stands under \`vars\` in ${misplaced.length} of ${own.length} cases, so it is a variable and checks nothing.`,
            `Move \`${key}\` beside \`vars\`.`,
          )),
    ];
  });
}

function warning([first]: readonly GoldenCase[], code: string, message: string, hint: string): Diagnostic[] {
  return first === undefined ? [] : [{ code, severity: 'warning', message, hint, path: first.source.path, range: first.source.anchor }];
}

/** A check that stands among the variables of a template that does not use it. */
function misplacedKey({ vars }: GoldenCase, used: ReadonlySet<string>): string | null {
  const { assert, expected } = vars;
  if (!used.has('assert') && Array.isArray(assert) && assert.some((item) => isJsonObject(item) && item['type'] !== undefined))
    return 'assert';
  return expected !== undefined && !used.has('expected') ? 'expected' : null;
}

function hintFor(isTestData: boolean, misplaced: string | null): string {
  if (misplaced !== null) return `Move \`${misplaced}\` out of \`vars\`.`;
  return isTestData ? 'Add `evaluators` to the file.' : 'Add `expected` or `assert`.';
}
