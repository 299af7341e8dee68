/** Golden cases as tests of promptfoo: what its tests do not have is written as what they have, and the rest is named. */
import { stringify } from 'yaml';
import type { AssertionSpec } from '../grade/assertion.ts';
import { stemOf } from '../grade/assertion-types.ts';
import { isCode } from '../grade/code-assertion.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { folderOfPath, joinPath, relativePath } from '../files/slash-path.ts';
import { FILE, isFileReference, isMediaReference } from './case-files.ts';
import type { GoldenCase } from './case.ts';
import { isLiteralAt } from './literal.ts';
import { promptfooText } from './promptfoo-text.ts';

/** Types that only Goldset has. */
const OURS = ['ttft', 'output-tokens', 'ends-with', 'expected', 'pairwise'];

export interface PromptfooTests {
  readonly tests: readonly JsonObject[];
  /** What is left out, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * The cases of one prompt. `prompt`: its path; its cases as they are loaded, with what their files contain. Paths in the tests are relative
 * to `folder`, from the root.
 */
export function promptfooTests(prompt: string, cases: readonly GoldenCase[], folder: string): PromptfooTests {
  const problems: string[] = [];
  const from = (path: string): string => relativePath(folder, path);
  const tests = cases.flatMap((item): JsonObject[] => {
    if (item.unsupported !== null) {
      problems.push(`The case ${item.id} is left out: ${item.unsupported}`);
      return [];
    }
    if (item.messages !== undefined) {
      problems.push(`The case ${item.id} is left out: promptfoo has no conversation of a test (\`messages\`).`);
      return [];
    }
    const left = item.assertions.filter(({ type }) => OURS.includes(stemOf(type)));
    for (const { type } of left) problems.push(`\`${type}\` of the case ${item.id} is left out: promptfoo does not have it.`);
    const assertions = [
      ...expectedAssertion(item),
      ...item.assertions.filter((spec) => !left.includes(spec)).map((spec) => assertion(spec, from)),
    ];
    return [
      {
        description: promptfooText(item.description ?? item.id),
        vars: Object.fromEntries(
          Object.entries(item.vars).map(([name, value]) => [name, variable(value, ['vars', name], item, prompt, from)]),
        ),
        ...(assertions.length === 0 ? {} : { assert: assertions }),
        ...(item.threshold === null ? {} : { threshold: item.threshold }),
        ...options(item),
        metadata: verbatim({
          ...item.metadata,
          id: item.id,
          ...(item.group === null ? {} : { group: item.group }),
          ...(item.critical ? { critical: true } : {}),
          ...(item.status === 'active' ? {} : { status: item.status }),
          ...(item.kind === undefined ? {} : { kind: item.kind }),
          ...(item.reproduces === undefined ? {} : { reproduces: item.reproduces }),
        }),
      },
    ];
  });
  return { tests, problems };
}

/** The file with these tests. */
export const promptfooYaml = (tests: readonly JsonObject[]): string => stringify(tests, { lineWidth: 0, aliasDuplicateObjects: false });

/** A file that is sent as media stays a file; every other text stands for itself. */
function variable(value: JsonValue, at: (string | number)[], item: GoldenCase, prompt: string, from: (path: string) => string): JsonValue {
  if (isFileReference(value) && isMediaReference(value) && !isLiteralAt(item.literals, ...at))
    return `${FILE}${from(joinPath(folderOfPath(prompt), value.slice(FILE.length)))}`;
  if (Array.isArray(value)) return value.map((each, i) => variable(each, [...at, i], item, prompt, from));
  return verbatim(value);
}

/** Each text of a value as promptfoo shows it. */
function verbatim(value: JsonValue): JsonValue {
  if (typeof value === 'string') return promptfooText(value);
  if (Array.isArray(value)) return value.map(verbatim);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, verbatim(item)]));
}

function options({ prefix, suffix, expandLists }: GoldenCase): JsonObject {
  const set: JsonObject = {
    ...(prefix === '' ? {} : { prefix: promptfooText(prefix) }),
    ...(suffix === '' ? {} : { suffix: promptfooText(suffix) }),
    ...(expandLists ? {} : { disableVarExpansion: true }),
  };
  return Object.keys(set).length === 0 ? {} : { options: set };
}

/** What is expected, as code: text equals after trim, and JSON contains what is expected. */
function expectedAssertion({ expected }: GoldenCase): JsonObject[] {
  if (expected === undefined) return [];
  const code =
    typeof expected === 'object' && expected !== null
      ? `${CONTAINS}return contains(JSON.parse(output), ${JSON.stringify(expected)});`
      : `output.trim() === ${JSON.stringify(String(expected).trim())}`;
  return [{ type: 'javascript', value: promptfooText(code), metric: 'expected' }];
}

const CONTAINS = `const contains = (found, wanted) =>
  typeof wanted !== 'object' || wanted === null
    ? found === wanted
    : Array.isArray(wanted)
      ? Array.isArray(found) && found.length === wanted.length && wanted.every((item, i) => contains(found[i], item))
      : typeof found === 'object' && found !== null && Object.keys(wanted).every((key) => contains(found[key], wanted[key]));
`;

function assertion(spec: AssertionSpec, from: (path: string) => string): JsonObject {
  const { type, value, threshold, weight, metric, provider, judgeParameters, rubricPrompt, assert } = spec;
  return {
    type,
    ...(value === undefined ? {} : { value: valueOf(spec, from) }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(weight === undefined ? {} : { weight }),
    ...(metric === undefined ? {} : { metric }),
    ...(provider === undefined ? {} : { provider: judgeParameters === undefined ? provider : { id: provider, config: judgeParameters } }),
    ...(rubricPrompt === undefined ? {} : { rubricPrompt: `${FILE}${from(rubricPrompt)}` }),
    ...(assert === undefined ? {} : { assert: assert.map((member) => assertion(member, from)) }),
  };
}

/** Text of the author with variables stays a template; code, literals and the content of files stand for themselves. */
function valueOf({ type, value = null, verbatim: paths = [] }: AssertionSpec, from: (path: string) => string): JsonValue {
  if (isCode(stemOf(type)) && isFileReference(value)) return `${FILE}${from(value.slice(FILE.length))}`;
  if (isCode(stemOf(type)) && typeof value === 'string') return promptfooText(value);
  const marked = (item: JsonValue, at: (string | number)[]): JsonValue => {
    if (paths.some((path) => path.length === at.length && path.every((step, i) => step === at[i]))) return verbatim(item);
    if (Array.isArray(item)) return item.map((each, i) => marked(each, [...at, i]));
    if (!isJsonObject(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, each]) => [key, marked(each, [...at, key])]));
  };
  return marked(value, []);
}
