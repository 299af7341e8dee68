/** `model:` of a `.prompty`, versions 1 and 2: which model, and its parameters. Its connection is never used: Goldset has its own. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import type { Path } from '../../../yaml/yaml.ts';
import type { Fields } from '../../../yaml/yaml-fields.ts';
import type { OutputSpec, Parameters, PromptDocument } from '../../document.ts';
import type { ToolDefinition } from '../../../tool.ts';
import { readParameters } from '../parameters.ts';

export interface PromptyModel {
  readonly model: PromptDocument['model'];
  readonly parameters: Parameters;
  readonly output: OutputSpec | null;
  readonly tools: readonly ToolDefinition[];
}

const KEYS = ['id', 'provider', 'apiType', 'connection', 'options', 'api', 'configuration', 'parameters', 'response'];

/** Prompty's names of providers → Goldset's. Others are names that goldset.yaml may define. */
const PROVIDERS: Readonly<Record<string, string>> = {
  azure: 'azure',
  azure_openai: 'azure',
  azure_openai_beta: 'azure',
  foundry: 'azure',
  openai: 'openai',
  openai_beta: 'openai',
  anthropic: 'anthropic',
};

/** Version 2's names that the models know by another one. */
const NAMES: Readonly<Record<string, string>> = {
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  allowMultipleToolCalls: 'parallel_tool_calls',
};

const REFERENCE = /^\$\{(\w+):([^:}]*)(?::([^}]*))?\}$/;

export function readPromptyModel(fields: Fields, root: JsonObject): PromptyModel {
  const written = root['model'] ?? null;
  const none: PromptyModel = { model: null, parameters: {}, output: null, tools: [] };
  if (written === null) return none;
  if (typeof written === 'string') return { ...none, model: modelAt(fields, written, null, ['model']) };
  const model = fields.object(root, ['model']);
  if (model === null) return none;
  fields.unknownKeys(model, KEYS, ['model']);
  const connectionKey = 'connection' in model ? 'connection' : 'configuration';
  const connection = model[connectionKey] ?? null;
  const configuration = isJsonObject(connection) ? connection : {};
  warnOfConnection(fields, connection, ['model', connectionKey]);
  refuseOtherKinds(fields, model);
  const { id, at } = idOf(fields, model, configuration, connectionKey);
  const type = fields.string(configuration, ['model', connectionKey, 'type']);
  const provider = fields.string(model, ['model', 'provider']) ?? (connectionKey === 'configuration' ? type : null);
  const optionsAt: Path = ['model', 'options' in model ? 'options' : 'parameters'];
  const options = fields.object(model, optionsAt) ?? {};
  return {
    model: id === null ? null : modelAt(fields, id, provider, at),
    parameters: parametersOf(fields, options, optionsAt),
    output: formatOf(options['response_format'] ?? null),
    tools: chatTools(fields, options['tools'] ?? null, [...optionsAt, 'tools']),
  };
}

function idOf(fields: Fields, model: JsonObject, configuration: JsonObject, key: string): { id: string | null; at: Path } {
  const own = fields.string(model, ['model', 'id']);
  if (own !== null) return { id: own, at: ['model', 'id'] };
  for (const name of ['azure_deployment', 'name', 'model']) {
    const id = fields.string(configuration, ['model', key, name]);
    if (id !== null) return { id, at: ['model', key, name] };
  }
  return { id: null, at: ['model'] };
}

function modelAt(fields: Fields, written: string, provider: string | null, at: Path): PromptDocument['model'] {
  const range = fields.source.rangeOf(at);
  const [reference, protocol, name = '', fallback = ''] = REFERENCE.exec(written) ?? [];
  const id = reference === undefined ? written : protocol === 'env' ? fallback : '';
  if (reference !== undefined)
    fields.diagnostics.warning(
      'prompty/reference',
      id === ''
        ? `The model is the value of \`${reference}\`, which Goldset does not read.`
        : `The model is \`${id}\`, the default of \`${name}\`: Goldset reads no environment variable into a prompt.`,
      range,
      'Write the model into the file, or name one for the run.',
    );
  if (id === '') return null;
  const known = provider === null ? null : (PROVIDERS[provider.toLowerCase()] ?? provider);
  return { id: known === null || id.includes(':') ? id : `${known}:${id}`, range };
}

function warnOfConnection(fields: Fields, connection: JsonValue, at: Path): void {
  if (connection === null) return;
  fields.diagnostics.info(
    'prompty/connection',
    'The connection in this file is not used: requests go to the provider as Goldset knows it, with the key that you gave Goldset.',
    fields.source.keyRangeOf(at),
    'For another address, set `providers` in goldset.yaml.',
  );
}

function refuseOtherKinds(fields: Fields, model: JsonObject): void {
  const key = 'apiType' in model ? 'apiType' : 'api';
  const written = fields.string(model, ['model', key]);
  if (written === null || ['chat', 'responses', 'completion'].includes(written)) return;
  fields.diagnostics.error(
    'prompty/api',
    `A prompt for \`${written}\` cannot be run: Goldset sends chats.`,
    fields.source.rangeOf(['model', key]),
  );
}

function parametersOf(fields: Fields, options: JsonObject, at: Path): Parameters {
  const { response_format: _format, tools: _tools, stream: _stream, additionalProperties, ...own } = options;
  const all = readParameters(fields, own, at);
  const more = isJsonObject(additionalProperties) ? readParameters(fields, additionalProperties, [...at, 'additionalProperties']) : {};
  return Object.fromEntries(Object.entries({ ...more, ...all }).map(([name, value]) => [NAMES[name] ?? name, value]));
}

/** OpenAI's `response_format`. */
function formatOf(format: JsonValue): OutputSpec | null {
  if (!isJsonObject(format) || format['type'] === 'text') return null;
  const written = isJsonObject(format['json_schema']) ? format['json_schema'] : {};
  return {
    format: 'json',
    name: typeof written['name'] === 'string' ? written['name'] : null,
    schema: isJsonObject(written['schema']) ? written['schema'] : null,
    strict: written['strict'] === true,
  };
}

/** Tools as OpenAI's requests have them, which version 1 keeps under its parameters. */
export function chatTools(fields: Fields, value: JsonValue, at: Path): ToolDefinition[] {
  if (value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item, i): ToolDefinition[] => {
    const outer = isJsonObject(item) ? item : {};
    const tool = isJsonObject(outer['function']) ? outer['function'] : outer;
    const { name, description, parameters } = tool;
    if (typeof name === 'string')
      return [
        {
          name,
          description: typeof description === 'string' ? description : null,
          parameters: isJsonObject(parameters) ? parameters : { type: 'object', properties: {} },
        },
      ];
    fields.diagnostics.warning('prompty/tool', 'This tool has no `name`, so it is not sent.', fields.source.rangeOf([...at, i]));
    return [];
  });
}
