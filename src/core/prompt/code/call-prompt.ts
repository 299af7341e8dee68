/** What a call sends: its messages, model, parameters, tools and output, as far as the file tells. One reader for each shape. */
import type { OutputSpec, Parameters } from '../document.ts';
import { isJsonObject, type JsonValue } from '../../json/json.ts';
import type { TextRange } from '../../text/text.ts';
import { parameterName } from '../formats/parameters.ts';
import type { ToolDefinition } from '../../tool.ts';
import type { ShapeId } from './call-names.ts';
import { CallFields } from './call-fields.ts';
import type { SourceFile } from './source-file.ts';
import type { Located } from './draft.ts';
import { pathOf, type CallExpression } from './expression.ts';
import { literalJson, literalText } from './literal-json.ts';
import { roleMessage, listedMessages, systemMessages, type DraftMessage } from './messages.ts';
import type { PartsReader } from './parts-reader.ts';

export interface Unresolved {
  readonly expression: string;
  readonly range: TextRange;
  readonly path: string;
  readonly why: string;
}

export interface CallPrompt {
  readonly messages: readonly DraftMessage[];
  readonly model: { readonly id: string; readonly range: TextRange } | null;
  readonly parameters: Parameters;
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly unresolved: readonly Unresolved[];
}

const NO_OUTPUT: OutputSpec = { format: null, name: null, schema: null, strict: false };
export const PLAIN = { isTemplate: false } as const;
const TEMPLATE = { isTemplate: true } as const;

/** Null: the call has nothing of a prompt, so that another library has a function of this name. */
export function readCallPrompt(reader: PartsReader, file: SourceFile, shape: ShapeId, call: CallExpression): CallPrompt | null {
  const fields = new CallFields(reader.resolver, file, call);
  const messages = MESSAGES[shape](reader, fields);
  if (messages === null || messages.length === 0) return null;
  const settings = new Settings(reader, fields);
  const config = shape === 'google' ? fields.get('config', 'generationConfig', 'generation_config') : null;
  return { messages, ...settings.read(config) };
}

type MessageReader = (reader: PartsReader, fields: CallFields) => DraftMessage[] | null;

/** System text first, then a list of messages, then a text of the user; the names that a shape gives them. */
const listed =
  (names: { system: string[]; messages: string[]; user: string[] }): MessageReader =>
  (reader, fields) => {
    const [system, messages, user] = [fields.get(...names.system), fields.get(...names.messages), fields.get(...names.user)];
    if (system === null && messages === null && user === null) return null;
    return [
      ...(system ? [roleMessage(reader, 'system', system)] : []),
      ...(messages ? listedMessages(reader, messages, PLAIN) : []),
      ...(user ? listedMessages(reader, user, PLAIN) : []),
    ];
  };

const MESSAGES: Readonly<Record<ShapeId, MessageReader>> = {
  chat: listed({ system: [], messages: ['messages'], user: [] }),
  responses: listed({ system: ['instructions'], messages: [], user: ['input'] }),
  anthropic: (reader, fields) =>
    fields.get('messages') ? listed({ system: ['system'], messages: ['messages'], user: [] })(reader, fields) : null,
  vercel: listed({ system: ['system', 'instructions'], messages: ['messages'], user: ['prompt'] }),
  google: (reader, fields) => {
    const config = fields.get('config');
    const inner = config ? fieldsOf(reader, config) : null;
    const system = inner?.get('systemInstruction', 'system_instruction') ?? fields.get('systemInstruction', 'system_instruction');
    const contents = fields.get('contents') ?? fields.at(0);
    if (system === null && contents === null) return null;
    return [...(system ? [roleMessage(reader, 'system', system)] : []), ...(contents ? listedMessages(reader, contents, PLAIN) : [])];
  },
  'chat-template': (reader, fields) => {
    const messages = fields.get('messages') ?? fields.at(0);
    return messages && listedMessages(reader, messages, TEMPLATE);
  },
  'text-template': (reader, fields) => {
    const text = fields.get('template') ?? fields.at(0);
    return text && reader.text(text) ? [roleMessage(reader, 'user', text, TEMPLATE)] : null;
  },
  agent: (reader, fields) => {
    const system = fields.get('instructions', 'instruction', 'system', 'system_prompt', 'systemPrompt', 'prompt');
    return system && reader.text(system) ? systemMessages(reader, system) : null;
  },
  message: (reader, fields) =>
    listedMessages(reader, { file: fields.file, expression: { kind: 'list', range: fields.call.range, items: [fields.call] } }, PLAIN),
};

/** The fields of an object, or the keywords of a call such as `types.GenerateContentConfig(…)`. */
function fieldsOf(reader: PartsReader, located: Located): CallFields {
  const followed = reader.resolver.follow(located);
  const at = 'why' in followed ? located : followed;
  const call: CallExpression =
    at.expression.kind === 'call'
      ? at.expression
      : { kind: 'call', range: at.expression.range, callee: at.expression, arguments: [{ name: null, value: at.expression }] };
  return new CallFields(reader.resolver, at.file, call);
}

/** Names that are not parameters of the model. */
const NOT_PARAMETERS = new Set([
  'messages',
  'model',
  'system',
  'prompt',
  'instructions',
  'instruction',
  'system_prompt',
  'systemPrompt',
  'input',
  'contents',
  'config',
  'tools',
  'response_format',
  'text',
  'schema',
  'output',
  'stream',
]);
const EXTRA = new Set([
  'frequency_penalty',
  'presence_penalty',
  'frequencyPenalty',
  'presencePenalty',
  'reasoning_effort',
  'tool_choice',
  'toolChoice',
  'thinking',
  'reasoning',
  'verbosity',
  'response_mime_type',
]);

/** As Python's clients write them. */
const ALSO: Readonly<Record<string, string>> = { max_output_tokens: 'maxOutputTokens', top_k: 'topK' };

class Settings {
  private readonly unresolved: Unresolved[] = [];

  constructor(
    private readonly reader: PartsReader,
    private readonly fields: CallFields,
  ) {}

  read(config: Located | null): Omit<CallPrompt, 'messages'> {
    const sources = [this.fields, ...(config ? [fieldsOf(this.reader, config)] : [])];
    const parameters: Record<string, JsonValue> = {};
    const model = this.model();
    for (const fields of sources) this.parameters(fields, parameters);
    const tools = sources.flatMap((fields) => this.tools(fields));
    const outputs = sources.map((fields) => this.output(fields));
    return {
      model,
      parameters,
      tools,
      output: outputs.find((output) => output.format !== null) ?? NO_OUTPUT,
      unresolved: this.unresolved,
    };
  }

  private note({ file, expression }: Located, why: string): void {
    const { range } = expression;
    this.unresolved.push({ expression: file.text.slice(range.start, range.end).slice(0, 200), range, path: file.path, why });
  }

  private model(): CallPrompt['model'] {
    const given = this.fields.get('model');
    if (given === null) return null;
    const id = literalText(this.reader, given);
    if (id !== null) return { id, range: given.expression.range };
    const provider = this.providerModel(given);
    if (provider !== null) return provider;
    this.note(given, 'the model is known only when the program runs');
    return null;
  }

  /** `openai("gpt-4o")`, `anthropic.languageModel("…")` of Vercel AI. */
  private providerModel(given: Located): CallPrompt['model'] {
    const followed = this.reader.resolver.follow(given);
    if ('why' in followed || followed.expression.kind !== 'call') return null;
    const { file, expression } = followed;
    const provider = pathOf(expression.callee)?.[0];
    const [first] = expression.arguments;
    const id = first ? literalText(this.reader, { file, expression: first.value }) : null;
    if (provider === undefined || id === null || !PROVIDERS.has(provider)) return null;
    return { id: `${provider}:${id}`, range: given.expression.range };
  }

  private parameters(fields: CallFields, into: Record<string, JsonValue>): void {
    for (const name of fields.names()) {
      if (NOT_PARAMETERS.has(name)) continue;
      const known = parameterName(name) ?? ALSO[name] ?? null;
      const isStop = name === 'stop' || name === 'stop_sequences' || name === 'stopSequences';
      const given = known !== null || isStop || EXTRA.has(name) ? fields.get(name) : null;
      if (given === null) continue;
      const value = literalJson(this.reader, given);
      if (value === undefined) this.note(given, `${name} is known only when the program runs`);
      else if (isStop) into['stop'] = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
      else into[known ?? name] = value;
    }
  }

  private tools(fields: CallFields): ToolDefinition[] {
    const given = fields.get('tools');
    if (given === null) return [];
    const value = literalJson(this.reader, given);
    const tools = Array.isArray(value) ? value.map(toolOf) : [null];
    if (tools.every((tool) => tool !== null)) return tools;
    this.note(given, 'the tools are known only when the program runs');
    return [];
  }

  private output(fields: CallFields): OutputSpec {
    const given = fields.get('response_format', 'responseFormat', 'text');
    const value = given ? literalJson(this.reader, given) : null;
    const format = isJsonObject(value) && isJsonObject(value['format']) ? value['format'] : value;
    if (isJsonObject(format)) {
      if (format['type'] === 'json_object') return { ...NO_OUTPUT, format: 'json' };
      const schema = isJsonObject(format['json_schema']) ? format['json_schema'] : format;
      if (format['type'] === 'json_schema' && isJsonObject(schema['schema']))
        return {
          format: 'json',
          name: typeof schema['name'] === 'string' ? schema['name'] : null,
          schema: schema['schema'],
          strict: schema['strict'] === true,
        };
    } else if (given) this.note(given, 'the response format is known only when the program runs');
    return this.schemaOutput(fields);
  }

  /** `generateObject({ schema })` and Gemini's `responseSchema`. */
  private schemaOutput(fields: CallFields): OutputSpec {
    const given = fields.get('schema', 'responseSchema', 'response_schema');
    const mime = fields.get('responseMimeType', 'response_mime_type');
    const isJson = mime !== null && literalText(this.reader, mime) === 'application/json';
    if (given === null) return isJson ? { ...NO_OUTPUT, format: 'json' } : NO_OUTPUT;
    const schema = literalJson(this.reader, given);
    if (isJsonObject(schema)) return { ...NO_OUTPUT, format: 'json', schema };
    this.note(given, 'the schema is known only when the program runs');
    return { ...NO_OUTPUT, format: 'json' };
  }
}

/** Functions of Vercel AI's packages whose name is that of their provider. */
const PROVIDERS = new Set([
  'openai',
  'anthropic',
  'google',
  'mistral',
  'groq',
  'xai',
  'deepseek',
  'cohere',
  'azure',
  'bedrock',
  'openrouter',
  'fireworks',
  'togetherai',
  'perplexity',
]);

/** A tool as OpenAI's two interfaces and Anthropic write it; null: of another kind. */
function toolOf(value: JsonValue): ToolDefinition | null {
  const tool = isJsonObject(value) && isJsonObject(value['function']) ? value['function'] : value;
  if (!isJsonObject(tool) || typeof tool['name'] !== 'string') return null;
  const parameters = tool['parameters'] ?? tool['input_schema'];
  const { name, description } = tool;
  return {
    name,
    description: typeof description === 'string' ? description : null,
    parameters: isJsonObject(parameters) ? parameters : {},
  };
}
