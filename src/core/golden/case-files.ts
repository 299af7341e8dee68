/**
 * The files that golden cases name. `file://` is relative to the golden set, as in promptfoo: text of a variable and the value of an
 * assertion are read here, and the paths of code, media, judge prompts and scripted judges become those that their readers expect.
 */
import { Diagnostics } from '../problems/diagnostics.ts';
import { HumanError, isHumanError } from '../problems/errors.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import { problemOf, stemOf } from '../grade/assertion-types.ts';
import { codeFile, isCode } from '../grade/code-assertion.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import { contentTypeOf } from '../files/media-type.ts';
import { folderOfPath, joinPath, relativePath } from '../files/slash-path.ts';
import { readYaml } from '../yaml/yaml.ts';
import { renderVars, WRITE_LITERAL } from './case-template.ts';
import type { GoldenCase, GoldenSet } from './case.ts';
import { hasTemplateTag, isLiteralAt } from './literal.ts';

export const FILE = 'file://';

export const isFileReference = (text: JsonValue | undefined): text is string => typeof text === 'string' && text.startsWith(FILE);

/** Whether a reference names a file that is sent as media: the prompt's `{{media}}` reads it. */
export const isMediaReference = (text: string): boolean => contentTypeOf({ url: text }) !== null;

/** Endings of files whose function promptfoo calls for a value. */
const CODE = /\.(?:[cm]?[jt]sx?|py|rb)(?::\w+)?$/i;

/** Why a file cannot be the value of a variable or of an assertion; null: it can. `text`: as written, with `file://`. */
export function referenceProblem(text: string, isMedia: boolean): string | null {
  if (/\{\{|[*?]/.test(text)) return `\`${text}\` is a pattern. Write the path of one file.`;
  if (!isMedia && CODE.test(text)) return `\`${text}\` is code, and values are not made by code yet.`;
  return null;
}

/** The text of a file by its path from the root. Null: the workspace has no such file. @throws {HumanError} when it cannot be read. */
export type ReadCaseFile = (path: string) => Promise<string | null>;

/** The set with what its files contain. `prompt`: the path of the prompt that its media are placed in. The same set where nothing is named. */
export async function withCaseFiles(set: GoldenSet, prompt: string, read: ReadCaseFile): Promise<GoldenSet> {
  const diagnostics = new Diagnostics(set.path);
  const known = new Map<string, Promise<string>>();
  const readOnce = (path: string): Promise<string> => {
    const text = known.get(path) ?? readText(path, read);
    known.set(path, text);
    return text;
  };
  const named = new Set<string>();
  const places = { golden: folderOfPath(set.path), prompt: folderOfPath(prompt), named };
  const cases: GoldenCase[] = [];
  for (const item of set.cases) cases.push(await resolved(item, places, readOnce, diagnostics));
  const isSame = cases.every((item, i) => item === set.cases[i]);
  return isSame ? set : { ...set, cases, diagnostics: [...set.diagnostics, ...diagnostics.list], files: [...named] };
}

interface Places {
  /** The folders of the golden set and of the prompt, from the root. */
  readonly golden: string;
  readonly prompt: string;
  /** Collects the paths of all files that are named. */
  readonly named: Set<string>;
}

async function resolved(
  given: GoldenCase,
  places: Places,
  read: (path: string) => Promise<string>,
  diagnostics: Diagnostics,
): Promise<GoldenCase> {
  const item = withStoringCode(given, places);
  if (!namesSomething(item)) return item;
  try {
    const assertions = await Promise.all(item.assertions.map((spec) => resolvedAssertion(spec, places, read)));
    if (item.unsupported !== null) return { ...item, assertions };
    const found = await resolvedVars(item, places, read);
    const rendered = renderVars(found, item);
    if (rendered !== null && 'problem' in rendered) return broken(item, rendered.problem, WRITE_LITERAL, diagnostics);
    const { vars, literals } = rendered ?? { vars: found, literals: item.literals ?? [] };
    return { ...item, vars, assertions, ...(literals.length === 0 ? {} : { literals }) };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return broken(item, error.message, error.hint, diagnostics);
  }
}

/** The code that makes of the answer what is stored, by its path from the root. */
function withStoringCode(item: GoldenCase, places: Places): GoldenCase {
  const { stores } = item;
  if (stores === undefined || !stores.transforms.some(isFileReference)) return item;
  return { ...item, stores: { ...stores, transforms: stores.transforms.map((code) => movedCode(code, places)) } };
}

/** Whether anything of the case is to be read, moved or rendered: most cases name nothing. */
function namesSomething({ vars, assertions }: GoldenCase): boolean {
  const isNamed = (value: JsonValue): boolean => typeof value === 'string' && (isFileReference(value) || hasTemplateTag(value));
  return (
    Object.values(vars).some((value) => (Array.isArray(value) ? value.some(isNamed) : isNamed(value))) || assertions.some(assertionNames)
  );
}

const assertionNames = ({ value, rubricPrompt, provider, assert, transforms = [], contextTransform }: AssertionSpec): boolean =>
  [...transforms, contextTransform].some(isFileReference) ||
  isFileReference(typeof value === 'string' ? value.trim() : value) ||
  isFileReference(rubricPrompt) ||
  provider?.startsWith(SCRIPTED) === true ||
  (assert ?? []).some(assertionNames);

async function resolvedVars({ vars, literals }: GoldenCase, places: Places, read: (path: string) => Promise<string>): Promise<JsonObject> {
  const valueOf = async (value: JsonValue, name: string, ...at: number[]): Promise<JsonValue> => {
    if (!isFileReference(value) || isLiteralAt(literals, 'vars', name, ...at)) return value;
    const path = pathOf(value, places);
    if (isMediaReference(value)) return path.startsWith('/') ? value : `${FILE}${relativePath(places.prompt, path)}`;
    return variableText(path, await read(path));
  };
  const entries = Object.entries(vars).map(async ([name, value]): Promise<[string, JsonValue]> => [
    name,
    Array.isArray(value) ? await Promise.all(value.map((item, i) => valueOf(item, name, i))) : await valueOf(value, name),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** promptfoo: YAML as JSON, everything else as text without white space around it. */
const variableText = (path: string, text: string): string => (/\.ya?ml$/i.test(path) ? JSON.stringify(data(path, text)) : text.trim());

const SCRIPTED = 'scripted:';

async function resolvedAssertion(spec: AssertionSpec, places: Places, read: (path: string) => Promise<string>): Promise<AssertionSpec> {
  const { assert, rubricPrompt, provider, transforms, contextTransform } = spec;
  return {
    ...spec,
    ...(await resolvedValue(spec, places, read)),
    ...(isFileReference(rubricPrompt) ? { rubricPrompt: pathOf(rubricPrompt, places) } : {}),
    ...(provider?.startsWith(SCRIPTED) === true ? { provider: `${SCRIPTED}${fromGolden(provider.slice(SCRIPTED.length), places)}` } : {}),
    ...(transforms === undefined ? {} : { transforms: transforms.map((transform) => movedCode(transform, places)) }),
    ...(contextTransform === undefined ? {} : { contextTransform: movedCode(contextTransform, places) }),
    ...(assert === undefined ? {} : { assert: await Promise.all(assert.map((member) => resolvedAssertion(member, places, read))) }),
  };
}

/** The path of a file of code as the root has it. */
function movedCode(code: string, places: Places): string {
  const found = codeFile({ value: code });
  return found === null ? code : `${FILE}${fromGolden(found.file, places)}${found.name === null ? '' : `:${found.name}`}`;
}

async function resolvedValue(
  spec: AssertionSpec,
  places: Places,
  read: (path: string) => Promise<string>,
): Promise<Pick<AssertionSpec, 'value' | 'verbatim'>> {
  const { value, verbatim = [] } = spec;
  if (isCode(stemOf(spec.type))) {
    const found = codeFile(spec);
    if (found === null) return {};
    return { value: `${FILE}${fromGolden(found.file, places)}${found.name === null ? '' : `:${found.name}`}` };
  }
  if (!isFileReference(value) || verbatim.some((path) => path.length === 0) || stemOf(spec.type) === 'expected') return {};
  if (referenceProblem(value, false) !== null) return {};
  const path = pathOf(value, places);
  const text = await read(path);
  // promptfoo renders no variables in the content of such a file.
  const found = { value: /\.(?:json|ya?ml)$/i.test(path) ? data(path, text) : text.trim(), verbatim: [[]] };
  const problem = problemOf({ ...spec, ...found });
  if (problem !== null) throw new HumanError('golden/file', `The file ${path}: ${problem.message}`, problem.hint);
  return found;
}

const pathOf = (reference: string, places: Places): string => fromGolden(reference.slice(FILE.length), places);

function fromGolden(given: string, { golden, named }: Places): string {
  const path = joinPath(golden, given);
  named.add(path);
  return path;
}

/** @throws {HumanError} when the text is not YAML or JSON. */
function data(path: string, text: string): JsonValue {
  const problems = new Diagnostics(path);
  const yaml = readYaml(text.replace(/^\uFEFF/, ''), problems);
  const [first] = problems.list;
  if (yaml === null || first !== undefined)
    throw new HumanError('golden/file', `The file ${path} cannot be read: ${first?.message ?? 'it is empty.'}`, first?.hint);
  return yaml.value;
}

/** @throws {HumanError} when there is no such file, or it is not for a case. */
async function readText(path: string, read: ReadCaseFile): Promise<string> {
  if (path.split('/').some((part) => /^\.[^.]/.test(part)))
    throw new HumanError(
      'golden/file',
      `The file ${path} is hidden (its name, or that of a folder, starts with a dot), so it is not read into a case.`,
      'Hidden files often contain keys. Copy what the case needs into another file.',
    );
  const text = await read(path);
  if (text === null)
    throw new HumanError('golden/file', `There is no file ${path} in this workspace.`, `\`${FILE}\` is relative to the golden set.`);
  return text;
}

function broken(item: GoldenCase, problem: string, hint: string | undefined, diagnostics: Diagnostics): GoldenCase {
  diagnostics.error('golden/unsupported', problem, item.source.anchor, hint);
  return { ...item, unsupported: problem };
}
