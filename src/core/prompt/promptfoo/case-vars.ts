/** The variables of a test → those of its cases: files are read, lists make several cases, and texts are rendered. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { isFileReference, isMediaReference } from '../../golden/case-files.ts';
import { textOrJson } from '../../text/fill-text.ts';
import { folderOfPath, joinPath } from '../../files/slash-path.ts';
import { readYaml } from '../../yaml/yaml.ts';
import { excerpt } from '../../text/text.ts';
import type { NamedFiles } from './named-files.ts';
import { resolvedVars } from './nunjucks-text.ts';

/** The variables of one case, or why they cannot be known and which of them is the reason. */
export type CaseVars = { readonly vars: JsonObject } | { readonly problem: string; readonly name: string };

/** Characters of a path in a message: a text that begins like one may be long. */
const MOST_SHOWN = 120;
const CODE = /\.(?:[cm]?[jt]sx?|py|rb)(?::\w+)?$/i;
/** So many combinations are a slip, not a test. */
const MOST_COMBINATIONS = 10_000;

/** `config`: the path of the config, which paths are relative to. `expands`: lists make several cases. */
export function caseVars(vars: JsonObject, config: string, files: NamedFiles, expands: boolean): CaseVars[] {
  const folder = folderOfPath(config);
  let combinations: JsonObject[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const values = valuesOf(value, folder, files, expands);
    if (values.length === 0)
      return [{ problem: `The variable \`${name}\`: no file matches \`${excerpt(textOrJson(value), MOST_SHOWN)}\`.`, name }];
    if (combinations.length * values.length > MOST_COMBINATIONS)
      return [{ problem: `The lists of this test make more than ${MOST_COMBINATIONS} cases.`, name }];
    combinations = combinations.flatMap((one) => values.map((each) => ({ ...one, [name]: each })));
  }
  return combinations.map((each) => readVars(each, folder, files));
}

/** promptfoo: a list whose first item is text makes a case for each item; a pattern, for each file. */
function valuesOf(value: JsonValue, folder: string, files: NamedFiles, expands: boolean): readonly JsonValue[] {
  if (!expands) return [value];
  if (Array.isArray(value)) return typeof value[0] === 'string' ? value.flatMap((item) => valuesOf(item, folder, files, false)) : [value];
  if (!isFileReference(value)) return [value];
  return files.matching(joinPath(folder, value.slice('file://'.length))).map((path) => `file:///${path}`);
}

function readVars(given: JsonObject, folder: string, files: NamedFiles): CaseVars {
  const vars: JsonObject = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string' && value.startsWith('package:'))
      return { problem: `The variable \`${name}\`: \`${value}\` is code, and values are not made by code yet.`, name };
    if (!isFileReference(value)) {
      vars[name] = value;
      continue;
    }
    const written = value.slice('file://'.length);
    const path = written.startsWith('/') ? written.slice(1) : joinPath(folder, written);
    if (CODE.test(path)) return { problem: `The variable \`${name}\`: \`${path}\` is code, and values are not made by code yet.`, name };
    if (isMediaReference(value))
      return { problem: `The variable \`${name}\`: ${path} is not text. Files are sent only by prompts with \`{{media}}\`.`, name };
    if (path.split('/').some((part) => /^\.[^.]/.test(part)))
      return { problem: `The variable \`${name}\`: the file ${path} is hidden, so it is not read into a case.`, name };
    const text = files.text(path);
    if (text === null)
      return { problem: `The variable \`${name}\`: there is no file ${excerpt(path, MOST_SHOWN)} in this workspace.`, name };
    vars[name] = fileValue(path, text);
  }
  return resolvedVars(vars, files.environment);
}

/** promptfoo: YAML as JSON, everything else as text without white space around it. */
function fileValue(path: string, text: string): JsonValue {
  if (!/\.ya?ml$/i.test(path)) return text.trim();
  const yaml = readYaml(text, new Diagnostics(path));
  return yaml === null ? text.trim() : JSON.stringify(yaml.value);
}

/** `vars: file://…`: the variables of files; null: one of them has none. */
export function namedVars(given: JsonValue | undefined, config: string, files: NamedFiles): JsonObject | null {
  const names = (Array.isArray(given) ? given : [given]).filter((item) => typeof item === 'string');
  const found: JsonObject = {};
  for (const name of names) {
    for (const path of files.matching(joinPath(folderOfPath(config), name.replace(/^file:\/\//, '')))) {
      const text = files.text(path);
      const value = text === null ? null : readYaml(text, new Diagnostics(path))?.value;
      if (!isJsonObject(value)) return null;
      Object.assign(found, value);
    }
  }
  return found;
}
