/** `providers:` (or `targets:`) of a promptfoo config → the columns of each prompt: a model with its settings. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { folderOfPath, joinPath } from '../../files/slash-path.ts';
import type { TextRange } from '../../text/text.ts';
import type { ToolDefinition } from '../../tool.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { readYaml, type Path } from '../../yaml/yaml.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import { readParameters } from '../formats/parameters.ts';
import type { OutputSpec, PromptColumn } from '../document.ts';
import type { NamedFiles } from './named-files.ts';
import type { PlacedFile } from './place.ts';

export interface ConfigColumn extends Omit<PromptColumn, 'without' | 'problem'> {
  /** The prompts that it is sent, by label or id; null: all. */
  readonly prompts: readonly string[] | null;
  /** Why its outputs cannot be judged, and where that stands; null: they can. */
  readonly refusal: { readonly problem: string; readonly range: TextRange } | null;
  /** Only tests that name it are sent to it; absent: all are. */
  readonly isOfTests?: boolean;
}

/** Equal for columns that send the same requests and grade in the same way. */
export const settingsOfColumn = ({ model, parameters, tools, output, transform }: ConfigColumn): string =>
  JSON.stringify([model.id, parameters, tools, output, transform ?? null]);

/** A program, code or an address, which no test can be sent to. */
const NOT_SENDABLE = /^(?:exec|python|ruby|golang|package|promptfoo|https?|wss?|websocket|browser|mcp|file)(?::|$)/;

/** The `provider` of a test; a text: why the test cannot be sent to it. */
export function columnOfTest(value: JsonValue, at: Path, file: PlacedFile, files: NamedFiles): ConfigColumn | string {
  const [column, ...others] = columnsOf(value, at, file, files);
  if (column === undefined || others.length > 0) return '`provider` of a test must name one model.';
  const { id } = column.model;
  return NOT_SENDABLE.test(id.replace(OTHER_SERVER, ''))
    ? `The \`provider\` of this test, ${id.replace(OTHER_SERVER, '')}, is a program, code or an address, which Goldset does not run from a config.`
    : column;
}

/** Code that changes what a provider answers before it is graded, and that is not executed. */
export const CHANGES_OUTPUT = ['transformResponse', 'responseParser', 'postprocess'];
/** A server of one's own: what reads its answers belongs to it, and it is not sent from here. */
const OWN_SERVER = /^(?:https?|wss?|websocket|browser)(?::|$)/;

/** Settings that are not parameters of the model. */
export const NOT_SENT = [
  'cost',
  'inputCost',
  'outputCost',
  'maxRetries',
  'showThinking',
  'organization',
  'apiKeyRequired',
  'apiKeyEnvar',
  'timeout',
  'delay',
  'basePath',
];
/** Settings that say where a request goes, and with which secrets: goldset.yaml says that. */
export const ELSEWHERE = ['apiHost', 'apiBaseUrl', 'baseUrl', 'baseURL', 'url', 'headers', 'apiVersion', 'deployment_id'];
export const SECRET = /^(?:api_?key|token|secret|authorization|password|access_?key.*)$/i;

const NO_OUTPUT: OutputSpec = { format: null, name: null, schema: null, strict: false };

export function readConfigColumns(config: PlacedFile, root: JsonObject, files: NamedFiles): ConfigColumn[] {
  const key = root['providers'] === undefined ? 'targets' : 'providers';
  const given = root[key];
  if (given === undefined || given === null) return [];
  const list: [JsonValue, Path][] = Array.isArray(given) ? given.map((item, i): [JsonValue, Path] => [item, [key, i]]) : [[given, [key]]];
  return list.flatMap(([item, at]) => columnsOf(item, at, config, files));
}

function columnsOf(item: JsonValue, at: Path, config: PlacedFile, files: NamedFiles): ConfigColumn[] {
  const { diagnostics, yaml } = config;
  if (typeof item === 'string')
    return /^file:\/\/.*\.(?:ya?ml|json)$/i.test(item) ? fromFile(item, at, config, files) : [column(item, {}, at, at, config, files)];
  if (!isJsonObject(item)) {
    diagnostics.error('promptfoo/provider', 'A provider must be a name or a map with `id`.', yaml.rangeOf(at));
    return [];
  }
  const { id } = item;
  if (typeof id === 'string') return [column(id, item, at, [...at, 'id'], config, files)];
  // `- openai:gpt-4o: { config: … }`
  const [[name, options] = [null, null], ...others] = Object.entries(item);
  if (name !== null && others.length === 0 && isJsonObject(options)) {
    const own = typeof options['id'] === 'string' ? options['id'] : name;
    return [column(own, { label: name === own ? null : name, ...options }, [...at, name], [...at, name], config, files)];
  }
  diagnostics.error('promptfoo/provider', 'This provider has no `id`.', yaml.rangeOf(at));
  return [];
}

/** Providers in a file of their own; their places are where the file is named. */
function fromFile(named: string, at: Path, config: PlacedFile, files: NamedFiles): ConfigColumn[] {
  const path = joinPath(folderOfPath(config.path), named.slice('file://'.length));
  const text = files.text(path);
  const value = text === null ? null : (readYaml(text, new Diagnostics(path))?.value ?? null);
  if (value === null) {
    config.diagnostics.error('promptfoo/provider', `There is no file ${path} with providers in this workspace.`, config.yaml.rangeOf(at));
    return [];
  }
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) =>
    isJsonObject(item) && typeof item['id'] === 'string' ? [column(item['id'], item, at, at, config, files)] : [],
  );
}

function column(id: string, item: JsonObject, at: Path, idAt: Path, config: PlacedFile, files: NamedFiles): ConfigColumn {
  const { diagnostics, yaml } = config;
  const settings = isJsonObject(item['config']) ? item['config'] : {};
  const { label, prompts } = item;
  const placeOf = (key: string): Path => [...at, 'config', key];
  const kept: JsonObject = {};
  const elsewhere: string[] = [];
  let tools: readonly ToolDefinition[] = [];
  let output = NO_OUTPUT;
  for (const [name, value] of Object.entries(settings)) {
    if (SECRET.test(name))
      diagnostics.warning(
        'promptfoo/key',
        `\`${name}\` is not read: keys come from the environment or the editor’s secret storage.`,
        yaml.keyRangeOf(placeOf(name)),
        'Remove it from the config.',
      );
    else if (ELSEWHERE.includes(name)) elsewhere.push(name);
    else if (name === 'tools' || name === 'functions') tools = [...tools, ...toolsOf(value, config, files)];
    else if (name === 'response_format' || name === 'responseFormat') output = outputOf(value, config, files) ?? output;
    else if (!NOT_SENT.includes(name) && !CHANGES_OUTPUT.includes(name) && name !== 'transform') kept[name] = value;
  }
  if (elsewhere.length > 0)
    diagnostics.warning(
      'promptfoo/server',
      `${elsewhere.join(', ')} of ${id} ${elsewhere.length === 1 ? 'is' : 'are'} not read, so it is not sent with this config.`,
      yaml.keyRangeOf(placeOf(elsewhere[0] ?? '')),
      'Declare the server under `providers:` in goldset.yaml, and choose it with --model or as its own provider here.',
    );
  if (item['delay'] !== undefined)
    diagnostics.warning('promptfoo/ignored', '`delay` of a provider is not read.', yaml.keyRangeOf([...at, 'delay']));
  const parameters = readParameters(new Fields(yaml, diagnostics, 'promptfoo'), kept, [...at, 'config']);
  return {
    label: typeof label === 'string' ? label : null,
    // A server that is not the provider's own is never confused with it.
    model: { id: elsewhere.length === 0 ? id : `${OTHER_SERVER}${id}`, range: yaml.rangeOf(idAt) },
    parameters,
    tools,
    output,
    prompts: Array.isArray(prompts) ? prompts.filter((name) => typeof name === 'string') : null,
    ...transformOf(item, config),
    refusal: refusalOf(id, item, settings, (keys) => yaml.keyRangeOf([...at, ...keys])),
  };
}

/** The provider's `transform`, its file as the root has it. */
function transformOf({ transform }: JsonObject, { path }: PlacedFile): { readonly transform?: string } {
  if (typeof transform !== 'string' || transform.trim() === '') return {};
  const file = /^file:\/\/(.+)$/s.exec(transform.trim())?.[1];
  return { transform: file === undefined ? transform : `file://${joinPath(folderOfPath(path), file)}` };
}

/** Outputs that would be graded as they are, where the config changes them first. */
function refusalOf(id: string, item: JsonObject, settings: JsonObject, placeOf: (keys: Path) => TextRange): ConfigColumn['refusal'] {
  if (OWN_SERVER.test(id)) return null;
  const isSet = (value: JsonValue | undefined): boolean => value !== undefined && value !== null;
  const isCode = typeof item['transform'] === 'string' || !isSet(item['transform']);
  const own = isCode ? CHANGES_OUTPUT.find((key) => isSet(item[key])) : 'transform';
  const inConfig = ['transform', ...CHANGES_OUTPUT].find((key) => isSet(settings[key]));
  const key = own ?? inConfig;
  if (key === undefined) return null;
  const problem = `\`${key}\` of the provider ${id} is not executed, so its outputs are not graded.`;
  return { problem, range: placeOf(own === undefined ? ['config', key] : [key]) };
}

/** Before the id of a provider whose config names another server or headers. */
export const OTHER_SERVER = 'promptfoo-server:';

function external(value: JsonValue, config: PlacedFile, files: NamedFiles): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const text = value.startsWith('file://') ? files.text(joinPath(folderOfPath(config.path), value.slice('file://'.length))) : value;
  if (text === null) return undefined;
  return parseJson(text) ?? readYaml(text, new Diagnostics('tools'))?.value;
}

function toolsOf(value: JsonValue, config: PlacedFile, files: NamedFiles): ToolDefinition[] {
  const found = external(value, config, files);
  const items = Array.isArray(found) ? found.flatMap((item) => external(item, config, files) ?? []) : [];
  return items.flat().flatMap((item): ToolDefinition[] => {
    if (!isJsonObject(item)) return [];
    const own = isJsonObject(item['function']) ? item['function'] : item;
    const { name, description } = own;
    const parameters = own['parameters'] ?? own['input_schema'];
    if (typeof name !== 'string') return [];
    return [
      {
        name,
        description: typeof description === 'string' ? description : null,
        parameters: isJsonObject(parameters) ? parameters : { type: 'object', properties: {} },
      },
    ];
  });
}

/** OpenAI's `response_format`; null: it is not understood. */
function outputOf(value: JsonValue, config: PlacedFile, files: NamedFiles): OutputSpec | null {
  const found = external(value, config, files);
  if (!isJsonObject(found)) return null;
  if (found['type'] === 'text') return { ...NO_OUTPUT, format: 'text' };
  if (found['type'] === 'json_object') return { ...NO_OUTPUT, format: 'json' };
  const named = isJsonObject(found['json_schema']) ? found['json_schema'] : found;
  const schema = typeof named['schema'] === 'string' ? external(named['schema'], config, files) : named['schema'];
  if (found['type'] !== 'json_schema' || !isJsonObject(schema)) return null;
  return { format: 'json', name: typeof named['name'] === 'string' ? named['name'] : null, schema, strict: named['strict'] === true };
}
