/**
 * A list of messages in JSON, and the body of a request as OpenAI's playground and SDKs export it: Chat Completions (`messages`) or
 * Responses (`instructions`, `input`). `{{name}}` is a variable, as in OpenAI's prompts.
 */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { ToolDefinition } from '../../tool.ts';
import { noYaml, readYaml, type Path } from '../../yaml/yaml.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import type { MessageTemplate, OutputSpec, Parameters, PromptDocument } from '../document.ts';
import { blankDocument } from './blank-document.ts';
import { parameterName, readParameters } from './parameters.ts';
import { placedHoles } from './placed-holes.ts';
import { fileName, fileOfPrompt } from './prompt-name.ts';
import { chatTools } from './prompty/prompty-model.ts';

const ROLES: Readonly<Record<string, string>> = { system: 'system', developer: 'system', user: 'user', assistant: 'model', model: 'model' };
const KEYS = ['name', 'description', 'model', 'messages', 'input', 'instructions', 'tools', 'response_format', 'text', 'reasoning'];
const PARAMETERS = [
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'logit_bias',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning_effort',
  'verbosity',
  'service_tier',
];
/** What concerns the transport, or only the account that exported it. */
const NOT_SENT = [
  'stream',
  'stream_options',
  'store',
  'metadata',
  'user',
  'n',
  'id',
  'object',
  'created_at',
  'version',
  'variables',
  'prompt',
  'include',
];

export function readMessagesJson(path: string, text: string, diagnostics: Diagnostics): PromptDocument {
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  const yaml = readYaml(text.slice(offset), diagnostics, offset) ?? noYaml();
  const fields = new Fields(yaml, diagnostics, 'prompt');
  const name = fileName(fileOfPrompt(path)).replace(/\.json$/, '');
  const blank = blankDocument(path, 'messages', name);
  const placed = (messages: readonly MessageTemplate[]): PromptDocument['template'] => ({
    kind: 'messages',
    messages: messages.map((item) => ({ ...item, placeholders: placedHoles(item.content, item.range, text) })),
  });
  if (Array.isArray(yaml.value)) return { ...blank, template: placed(messagesAt(fields, yaml.value, [])) };
  const root = fields.root('A file of messages');
  const list = root['messages'] ?? root['input'] ?? null;
  const at = root['messages'] === undefined ? 'input' : 'messages';
  const model = fields.string(root, ['model']);
  const instructions = fields.string(root, ['instructions']);
  const first = instructions === null ? [] : [message('system', instructions, fields, ['instructions'])];
  const rest = typeof list === 'string' ? [message('user', list, fields, [at])] : messagesAt(fields, fields.list(root, [at]), [at]);
  if (list === null && instructions === null && yaml.value !== null)
    diagnostics.error('prompt/no-messages', 'This file has no `messages`.', yaml.rangeOf([]), 'Add a list with `role` and `content`.');
  return {
    ...blank,
    name: fields.string(root, ['name']) ?? name,
    description: fields.string(root, ['description']),
    model: model === null ? null : { id: model, range: yaml.rangeOf(['model']) },
    parameters: parametersOf(fields, root),
    template: placed([...first, ...rest]),
    tools: toolsOf(fields, root),
    output: outputOf(root['response_format'] ?? (isJsonObject(root['text']) ? (root['text']['format'] ?? null) : null)),
  };
}

function messagesAt(fields: Fields, list: readonly JsonValue[], at: Path): MessageTemplate[] {
  return list.flatMap((item, i): MessageTemplate[] => {
    const here: Path = [...at, i];
    if (!isJsonObject(item)) {
      fields.report(here, 'A message must be a map with `role` and `content`.');
      return [];
    }
    fields.unknownKeys(item, ['role', 'content', 'type', 'id', 'status', 'name'], here);
    const role = fields.string(item, [...here, 'role'])?.toLowerCase() ?? '';
    const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
    const content = contentOf(item['content'] ?? null);
    if (known === undefined)
      fields.report([...here, 'role'], `A message of a prompt has the role system, user or assistant, not ${JSON.stringify(role)}.`);
    else if (content === null)
      fields.report([...here, 'content'], 'The content of a message must be text: media of an export are not read.');
    else return [message(known, content, fields, [...here, 'content'])];
    return [];
  });
}

function message(role: string, content: string, fields: Fields, at: Path): MessageTemplate {
  return { role, content, range: fields.source.rangeOf(at), placeholders: [] };
}

/** Text, or parts that are texts; null: it has other parts. */
function contentOf(content: JsonValue): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : null));
  return texts.every((text) => text !== null) ? texts.join('\n') : null;
}

function parametersOf(fields: Fields, root: JsonObject): Parameters {
  const own: JsonObject = {};
  const others: string[] = [];
  for (const [key, value] of Object.entries(root)) {
    if (KEYS.includes(key) || NOT_SENT.includes(key)) continue;
    const isParameter = parameterName(key) !== null || key === 'max_output_tokens' || PARAMETERS.includes(key);
    if (isParameter && value !== null) own[key === 'max_output_tokens' ? 'maxOutputTokens' : key] = value;
    else if (!isParameter) others.push(key);
  }
  const [first] = others;
  if (first !== undefined)
    fields.diagnostics.info(
      'prompt/other-key',
      `Goldset does not use ${others.length === 1 ? 'the key' : 'the keys'} ${others.map((key) => `\`${key}\``).join(', ')}.`,
      fields.source.keyRangeOf([first]),
    );
  const reasoning = isJsonObject(root['reasoning']) ? root['reasoning']['effort'] : undefined;
  return { ...readParameters(fields, own, []), ...(typeof reasoning === 'string' ? { reasoningEffort: reasoning } : {}) };
}

/** Functions; tools that the provider runs itself are named. */
function toolsOf(fields: Fields, root: JsonObject): ToolDefinition[] {
  return fields.list(root, ['tools']).flatMap((tool, i) => chatTools(fields, tool, ['tools', i]));
}

function outputOf(format: JsonValue): OutputSpec {
  const none: OutputSpec = { format: null, name: null, schema: null, strict: false };
  if (!isJsonObject(format)) return none;
  if (format['type'] !== 'json_object' && format['type'] !== 'json_schema')
    return { ...none, format: format['type'] === 'text' ? 'text' : null };
  const written = isJsonObject(format['json_schema']) ? format['json_schema'] : format;
  return {
    format: 'json',
    name: typeof written['name'] === 'string' ? written['name'] : null,
    schema: isJsonObject(written['schema']) ? written['schema'] : null,
    strict: written['strict'] === true,
  };
}
