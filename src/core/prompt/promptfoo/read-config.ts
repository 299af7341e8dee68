/**
 * promptfoo's config → prompts, columns and golden cases. The one place that knows its format: what it returns are documents, cases and
 * diagnostics like those of every other format.
 */
import { Diagnostics, type Diagnostic } from '../../problems/diagnostics.ts';
import { quantity } from '../../display/figures.ts';
import { isJsonObject, type JsonObject } from '../../json/json.ts';
import type { TextRange } from '../../text/text.ts';
import { warnOfOtherBytes } from '../../files/text-encoding.ts';
import { noYaml, readYaml } from '../../yaml/yaml.ts';
import type { PromptColumn, PromptDocument } from '../document.ts';
import { idOfPrompt, isNamedPromptfoo } from '../formats/prompt-name.ts';
import { CONVERSATION } from '../../golden/earlier-answers.ts';
import { withEarlierAnswers } from './conversation.ts';
import { readConfigCases, type ConfigCase } from './config-cases.ts';
import { reportEnvironment } from './environment.ts';
import { concurrencyOfConfig, repeatsOfConfig, reportIgnored } from './ignored-settings.ts';
import { NamedFiles, type KnownFiles } from './named-files.ts';
import { PlacedFile } from './place.ts';
import { readConfigPrompts, type ConfigPrompt } from './prompts.ts';
import { readConfigColumns, settingsOfColumn, type ConfigColumn } from './providers.ts';

export interface PromptfooConfig {
  /** One for each prompt. */
  readonly documents: readonly PromptDocument[];
  readonly diagnostics: readonly Diagnostic[];
  /** What is wrong with single cases: the others can still run. */
  readonly caseDiagnostics: readonly Diagnostic[];
  /** Why a prompt cannot be sent, by the prompt's id. */
  readonly problems: ReadonlyMap<string, string>;
  /** Where each prompt is named in the config, by the prompt's id. */
  readonly places: ReadonlyMap<string, TextRange>;
  /** Its cases as a golden set writes them, by id. */
  readonly entries: ReadonlyMap<string, JsonObject>;
  /** The files that it is made of, besides its own. */
  readonly files: NamedFiles;
}

/** What promptfoo reads and Goldset does in its own way, or need not know. */
const OTHER_KEYS = [
  'description',
  'tags',
  'metadata',
  'outputPath',
  'sharing',
  'env',
  'evaluateOptions',
  'commandLineOptions',
  'writeLatestResults',
  'tracing',
  'derivedMetrics',
  '$schema',
];
const READ_KEYS = [
  'prompts',
  'providers',
  'targets',
  'tests',
  'scenarios',
  'defaultTest',
  'assertionTemplates',
  'extensions',
  'nunjucksFilters',
  'transform',
  'transformVars',
  'redteam',
];

/** Reads a config by its path from the root. It is complete when `files.isComplete`. */
export function readPromptfoo(path: string, text: string, known: KnownFiles): PromptfooConfig {
  const files = new NamedFiles(known);
  const config = placedConfig(path, text);
  const root = isJsonObject(config.yaml.value) ? config.yaml.value : {};
  const prompts = readConfigPrompts(config, root, files);
  const environment: JsonObject = Object.assign({}, ...prompts.map((prompt) => prompt.environment)) as JsonObject;
  const { cases, diagnostics } = readConfigCases(config, root, files, environment);
  const columns = withTestProviders(readConfigColumns(config, root, files), cases);
  reportKeys(config, root);
  reportIgnored(config, root);
  const pending = files.pending.length === 0 ? {} : { pendingTests: files.pending };
  const repeats = repeatsOfConfig(config, root);
  const concurrency = concurrencyOfConfig(config, root);
  const ofAll = { ...pending, ...(repeats === null ? {} : { repeats }), ...(concurrency === null ? {} : { concurrency }) };
  const documents = prompts.map((prompt) => ({ ...documentOf(path, root, prompt, columns, cases), ...ofAll }));
  const refused = refusedColumns(path, columns, documents);
  const problems = new Map(
    prompts.flatMap(({ name, problem }) => (problem === null ? [] : [[idOfPrompt({ file: path, name }), problem] as const])),
  );
  for (const { problem, range } of prompts) if (problem !== null) config.diagnostics.error('promptfoo/prompt', problem, range);
  const entries = new Map(cases.map(({ goldenCase, entry }) => [goldenCase.id, entry]));
  const places = new Map(prompts.map(({ name, range }) => [idOfPrompt({ file: path, name }), range]));
  return {
    documents,
    diagnostics: config.diagnostics.list,
    caseDiagnostics: [...diagnostics, ...refused],
    problems,
    places,
    entries,
    files,
  };
}

/** The names of the prompts alone: their ids are `FILE#NAME`. */
export function promptfooNames(
  path: string,
  text: string,
  known: KnownFiles,
): { readonly names: readonly string[]; readonly files: NamedFiles } {
  const files = new NamedFiles(known);
  const config = placedConfig(path, text);
  const root = isJsonObject(config.yaml.value) ? config.yaml.value : {};
  const isConfig = isNamedPromptfoo(path) || (root['prompts'] !== undefined && RUN_KEYS.some((key) => root[key] !== undefined));
  return { names: isConfig ? readConfigPrompts(config, root, files).map(({ name }) => name) : [], files };
}

/** Beside `prompts`, one of these makes a file of another name a config. */
const RUN_KEYS = ['providers', 'targets', 'tests', 'scenarios'];

function placedConfig(path: string, text: string): PlacedFile {
  const found = new Diagnostics(path);
  warnOfOtherBytes(text, found);
  const bom = text.startsWith('\uFEFF') ? 1 : 0;
  const file = new PlacedFile(path, text, readYaml(text.slice(bom), found, bom) ?? noYaml());
  file.diagnostics.list.push(...found.list);
  return file;
}

function reportKeys(file: PlacedFile, root: JsonObject): void {
  const { diagnostics, yaml } = file;
  const unknown = Object.keys(root).filter((key) => !OTHER_KEYS.includes(key) && !READ_KEYS.includes(key));
  for (const key of unknown) diagnostics.warning('promptfoo/unknown-key', `Unknown key \`${key}\`.`, yaml.keyRangeOf([key]));
  if (root['redteam'] !== undefined)
    diagnostics.info('promptfoo/ignored', '`redteam` is not read: Goldset generates no attacks.', yaml.keyRangeOf(['redteam']));
  reportEnvironment(file, root);
}

function documentOf(
  path: string,
  root: JsonObject,
  prompt: ConfigPrompt,
  all: readonly ConfigColumn[],
  cases: readonly ConfigCase[],
): PromptDocument {
  const names = [prompt.name, prompt.label, prompt.id];
  const isFor = (list: readonly string[] | null): boolean =>
    list === null || list.some((wanted) => names.some((name) => name !== null && matchesName(name, wanted)));
  const text =
    prompt.build === null
      ? [...prompt.messages.map(({ source }) => source), ...(prompt.hasHistory ? [CONVERSATION] : [])].join('\n')
      : null;
  const own = withEarlierAnswers(
    cases.filter((item) => isFor(item.prompts)),
    text,
  );
  const columns = all
    .filter((column) => isFor(column.prompts))
    .map((column): PromptColumn => {
      const { prompts: _prompts, isOfTests: _own, refusal, ...rest } = column;
      return { ...rest, without: withoutColumn(own, column), ...(refusal === null ? {} : { problem: refusal.problem }) };
    });
  // What looks at one column alone looks at one whose outputs can be judged.
  const first = columns.find(({ problem }) => problem === undefined) ?? columns[0];
  // Another model in place of a provider has neither its code nor its faults, so these are no part of the cases.
  const decides = first?.problem !== undefined || first?.transform !== undefined;
  return {
    path: idOfPrompt({ file: path, name: prompt.name }),
    format: 'promptfoo',
    name: prompt.label ?? prompt.name,
    variant: null,
    isPartial: false,
    description: typeof root['description'] === 'string' ? root['description'] : null,
    model: first?.model ?? null,
    parameters: first?.parameters ?? {},
    // What the code contains is read where it can be called.
    template:
      prompt.build === null
        ? { kind: 'text', syntax: 'nunjucks', messages: prompt.messages, ...(prompt.hasHistory ? { history: CONVERSATION } : {}) }
        : { kind: 'built', build: prompt.build, content: '' },
    input: { defaults: {}, schema: null, declared: [] },
    tools: first?.tools ?? [],
    output: first?.output ?? { format: null, name: null, schema: null, strict: false },
    embedded: { cases: own.map(({ goldenCase }) => goldenCase), assertions: [] },
    settings: { golden: null, budget: null },
    metadata: {},
    ...(columns.length > 1 || (first?.without.length ?? 0) > 0 || decides ? { columns } : {}),
  };
}

/** Of a model whose outputs cannot be judged: what is sent, and what it costs, is known. */
export const UNJUDGED_COLUMN = 'promptfoo/transform';

/** What is said of providers whose outputs cannot be judged: each is an error of the cases that it is sent, with their number. */
function refusedColumns(path: string, columns: readonly ConfigColumn[], documents: readonly PromptDocument[]): Diagnostic[] {
  return columns.flatMap(({ refusal, label, model }): Diagnostic[] => {
    if (refusal === null) return [];
    const sent = documents.flatMap(({ embedded, columns: all = [] }) => {
      const own = all.find((column) => column.label === label && column.model === model);
      return own === undefined ? [] : embedded.cases.filter(({ id }) => !own.without.includes(id)).map(({ id }) => id);
    });
    const message = `${refusal.problem} This affects ${quantity(new Set(sent).size, 'case')}.`;
    const hint = 'Write it as `transform` of the provider, or under `options` of `defaultTest` or of a test.';
    return [{ code: UNJUDGED_COLUMN, severity: 'error', message, hint, path, range: refusal.range }];
  });
}

/** promptfoo: the whole name, the name of a group before a colon, or a pattern with `*`. */
function matchesName(name: string, wanted: string): boolean {
  if (name === wanted || name.startsWith(`${wanted}:`)) return true;
  if (!wanted.includes('*')) return false;
  const pattern = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(name);
}

/** The providers that single tests have are columns of their own, unless the config has the same one. */
function withTestProviders(columns: readonly ConfigColumn[], cases: readonly ConfigCase[]): ConfigColumn[] {
  const bySettings = new Map(columns.map((column) => [settingsOfColumn(column), column]));
  const own = cases.flatMap(({ provider }) => (provider === null || bySettings.has(settingsOfColumn(provider)) ? [] : [provider]));
  return [...columns, ...new Map(own.map((column) => [settingsOfColumn(column), { ...column, isOfTests: true }])).values()];
}

const withoutColumn = (cases: readonly ConfigCase[], { label, model, isOfTests = false, ...column }: ConfigColumn): string[] =>
  cases.flatMap(({ goldenCase, providers, provider }) => {
    if (provider !== null) return settingsOfColumn(provider) === settingsOfColumn({ ...column, label, model }) ? [] : [goldenCase.id];
    if (isOfTests) return [goldenCase.id];
    const isFor =
      providers === null || providers.some((wanted) => [label, model.id].some((name) => name !== null && matchesName(name, wanted)));
    return isFor ? [] : [goldenCase.id];
  });
