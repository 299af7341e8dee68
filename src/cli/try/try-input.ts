/** The values of `goldset try`: of a golden case, of a file, of `--var`, each over the one before. */
import path from 'node:path';
import { localPathOf } from '../../core/prompt/media.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { didYouMean } from '../../core/problems/did-you-mean.ts';
import { expandLists } from '../../core/prompt/expand-lists.ts';
import { printedWithoutValue } from '../../core/prompt/variables-of-case.ts';
import { inputFields, type InputField } from '../../core/try/input-fields.ts';
import { textsOf, typedInput } from '../../core/try/typed-values.ts';
import type { TriedInput } from '../../core/try/try-plan.ts';
import type { PickedFiles } from '../../adapters/tries/picked-files.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { Arguments } from '../arguments.ts';
import { readVariables } from './variables-file.ts';

export interface TryValues {
  readonly input: TriedInput;
  /** By field, as a form would show them. */
  readonly texts: Readonly<Record<string, string>>;
}

/** @throws {ConfigurationError} for a value that does not fit, a variable that the prompt does not have, and values that are missing. */
export async function tryValues(args: Arguments, loaded: LoadedPrompt, root: string, cwd: string, picked: PickedFiles): Promise<TryValues> {
  const { reading, partials, target } = loaded;
  const fields = inputFields({ reading, partials, cases: target.cases });
  const of = caseOf(args.text('case'), loaded);
  const file = args.text('vars');
  const ofFile = file === null ? {} : await readVariables(file);
  const typed = await typedVars(args.texts('var'), fields, reading, { loaded, root, cwd, picked });
  const given = { ...ofFile, ...typed };
  const vars = { ...of?.vars, ...given };
  requireValues(loaded, fields, vars, of?.messages !== undefined);
  const media = new Set(fields.filter(({ kind }) => kind === 'media').map(({ name }) => name));
  // What is typed stands for itself; what the author of a case wrote is as the case says.
  const own = (of?.literals ?? []).filter((at) => at[0] === 'vars' && !Object.hasOwn(given, String(at[1])));
  const literals = [...own, ...Object.keys(given).flatMap((name) => (media.has(name) ? [] : [['vars', name]]))];
  return {
    input: {
      ...{ vars, literals },
      ...(of?.messages === undefined ? {} : { messages: of.messages }),
      ...(of?.tools === undefined ? {} : { tools: of.tools }),
    },
    texts: textsOf(fields, vars),
  };
}

function caseOf(id: string | null, { target, reading }: LoadedPrompt): LoadedPrompt['target']['cases'][number] | null {
  if (id === null) return null;
  const all = target.cases.flatMap((item) => expandLists(item, target));
  const found = all.find((item) => item.id === id);
  if (found !== undefined) return found;
  const known = all.map((item) => item.id);
  throw new ConfigurationError(
    'case/missing',
    `${reading.document.path} has no golden case "${id}".`,
    known.length === 0
      ? 'It has no golden cases.'
      : `${didYouMean(id, known)}It has: ${known.slice(0, 5).join(', ')}${known.length > 5 ? ', …' : ''}`,
  );
}

interface Places {
  readonly loaded: LoadedPrompt;
  readonly root: string;
  readonly cwd: string;
  readonly picked: PickedFiles;
}

async function typedVars(
  given: readonly string[],
  fields: readonly InputField[],
  { analysis, document }: LoadedPrompt['reading'],
  places: Places,
): Promise<TriedInput['vars']> {
  const texts: Record<string, string> = {};
  const open: InputField[] = [];
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw new ConfigurationError('usage', `--var must be NAME=VALUE, not "${text}".`);
    const name = text.slice(0, at);
    texts[name] = text.slice(at + 1);
    if (fields.some((field) => field.name === name)) continue;
    // A function, and a template that prints its whole input, may read any variable.
    if (document.template.kind !== 'built' && analysis.readsWholeInput !== true) throw unknownVariable(name, fields, document.path);
    open.push({ name, kind: 'text', choices: [], required: false, description: null, schema: null });
  }
  const known = [...fields.map((field) => ({ ...field, required: false })), ...open].filter(({ name }) => Object.hasOwn(texts, name));
  for (const { name, kind } of known) if (kind === 'media') texts[name] = await mediaValue(texts[name] ?? '', places);
  const { vars, problems } = typedInput(known, texts);
  const [problem] = problems;
  if (problem !== undefined) throw new ConfigurationError('values/invalid', `--var: ${problem.message}`);
  return vars;
}

/** A path from where the command runs, as the prompt names it; an address that a provider reads stays. */
async function mediaValue(text: string, { loaded, root, cwd, picked }: Places): Promise<string> {
  const local = text === '' ? null : localPathOf(text);
  if (local === null) return text;
  return (await picked.pick(path.resolve(cwd, local), root, loaded.file.replace(/#.*$/s, ''))).value;
}

function unknownVariable(name: string, fields: readonly InputField[], shown: string): ConfigurationError {
  const names = fields.map((field) => field.name);
  return new ConfigurationError(
    'vars/unknown',
    `${shown} has no variable \`${name}\`.`,
    names.length === 0
      ? 'It has no variables.'
      : `${didYouMean(name, names)}It has: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
  );
}

/** What would render empty is named before anything is sent. */
function requireValues({ reading }: LoadedPrompt, fields: readonly InputField[], vars: TriedInput['vars'], isWhole: boolean): void {
  if (isWhole) return;
  const isOptional = (name: string): boolean => fields.some((field) => field.name === name && field.schema !== null && !field.required);
  const missing = [
    ...fields.filter((field) => field.required && !Object.hasOwn(vars, field.name)).map(({ name }) => name),
    ...printedWithoutValue(reading, vars).filter((name) => !isOptional(name)),
  ];
  const names = [...new Set(missing)];
  if (names.length === 0) return;
  throw new ConfigurationError(
    'vars/missing',
    `${reading.document.path} needs ${names.length === 1 ? 'a value for' : 'values for'} ${names.map((name) => `\`${name}\``).join(', ')}.`,
    `Pass ${names.map((name) => `--var ${name}=…`).join(' ')}, or --vars FILE.`,
  );
}
