/** dotprompt `.prompt`: YAML front matter and a Handlebars body (google/dotprompt, reference/frontmatter). */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import { nearestWord } from '../../problems/did-you-mean.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { WrittenValues } from '../../yaml/written-values.ts';
import { noYaml, readYaml, type Path, type YamlSource } from '../../yaml/yaml.ts';
import type { ExternalUse, Stubs } from '../external.ts';
import type { GoldsetSettings, InputSpec, OutputSpec, PromptDocument } from '../document.ts';
import type { ToolDefinition } from '../../tool.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import { splitFrontMatter } from './front-matter.ts';
import { readSettings } from './goldset-settings.ts';
import { reportOtherKeys } from './other-keys.ts';
import { readConfig } from './parameters.ts';
import { nameOfDotprompt } from './prompt-name.ts';
import { readSchema } from './picoschema.ts';

const KEYS = ['config', 'description', 'ext', 'input', 'metadata', 'model', 'name', 'output', 'toolDefs', 'tools', 'variant', 'version'];

export function readDotprompt(path: string, text: string, diagnostics: Diagnostics, stubs: Stubs): PromptDocument {
  const { frontMatter, body, unclosed } = splitFrontMatter(text);
  if (unclosed) {
    diagnostics.error(
      'prompt/front-matter-unclosed',
      'The front matter is not closed.',
      { start: 0, end: 3 },
      'Add a line `---` after its last key.',
    );
  }
  const yaml = frontMatter === null ? EMPTY : (readYaml(frontMatter.text, diagnostics, frontMatter.offset) ?? EMPTY);
  const fields = new Fields(yaml, diagnostics, 'prompt');
  const root = fields.root('The front matter');
  reportOtherKeys(fields, Object.fromEntries(Object.entries(root).filter(([key]) => !key.includes('.'))), KEYS, 'config');
  const code: InCode = { stubs, uses: [] };
  const named = nameOfDotprompt(path);
  const model = fields.string(root, ['model']);
  return {
    path,
    format: 'dotprompt',
    name: fields.string(root, ['name']) ?? named.name,
    variant: fields.string(root, ['variant']) ?? named.variant,
    isPartial: named.isPartial,
    description: fields.string(root, ['description']),
    model: model === null ? null : { id: model, range: yaml.rangeOf(['model']) },
    parameters: readConfig(fields, root, 'config'),
    template: { kind: 'handlebars', source: body.text, offset: body.offset },
    input: readInput(fields, root, code),
    tools: readTools(fields, root, code),
    output: readOutput(fields, root, code),
    embedded: { cases: [], assertions: [] },
    settings: readDottedSettings(fields, root),
    metadata: templateMetadata(root),
    external: code.uses,
  };
}

/** What the application's code may define, and what this file uses of it. */
interface InCode {
  readonly stubs: Stubs;
  readonly uses: ExternalUse[];
}

const EMPTY = noYaml();

function readInput(fields: Fields, root: JsonObject, code: InCode): InputSpec {
  const input = fields.object(root, ['input']) ?? {};
  const defaults = fields.object(input, ['input', 'default']) ?? {};
  new WrittenValues(fields, 'prompt/changed-value').check(defaults, ['input', 'default'], true);
  const schema = readSchemaAt(fields, input['schema'] ?? null, ['input', 'schema'], code);
  const properties = schema !== null && isJsonObject(schema['properties']) ? schema['properties'] : {};
  return {
    defaults,
    schema,
    declared: Object.keys(properties).map((name) => ({ name, range: declarationRange(fields.source, input['schema'] ?? null, name) })),
  };
}

/** Picoschema puts optionality, kind and description into the key: find the key that declares the name, and only the name in it. */
function declarationRange(source: YamlSource, schema: JsonValue, name: string): { start: number; end: number } {
  const keys = isJsonObject(schema) ? Object.keys(schema) : [];
  const pico = keys.find((key) => key === name || key.startsWith(`${name}?`) || key.startsWith(`${name}(`));
  const path: Path = pico === undefined ? ['input', 'schema', 'properties', name] : ['input', 'schema', pico];
  const { start } = source.keyRangeOf(path);
  return { start, end: start + name.length };
}

function readSchemaAt(fields: Fields, value: JsonValue, path: Path, { stubs, uses }: InCode): JsonObject | null {
  const { schema, problems, unknown } = readSchema(value, stubs.schemas);
  for (const { name, path: inside } of unknown)
    uses.push({ kind: 'schema', name, range: fields.source.rangeOf([...path, ...inside]), isDeclared: false });
  for (const problem of problems) {
    const at = [...path, ...problem.path];
    fields.diagnostics.error('prompt/schema', `Schema: ${problem.message}`, fields.source.rangeOf(at));
  }
  return schema;
}

const FORMATS = ['json', 'text'] as const;

/** Formats of Genkit, which adds instructions of its own for them. An application may register others. */
const GENKIT_FORMATS: readonly string[] = ['array', 'enum', 'jsonl', 'media', 'csv'];

function readOutput(fields: Fields, root: JsonObject, code: InCode): OutputSpec {
  const output = fields.object(root, ['output']) ?? {};
  const schema = readSchemaAt(fields, output['schema'] ?? null, ['output', 'schema'], code);
  const isGiven = (output['schema'] ?? null) !== null;
  const written = fields.string(output, ['output', 'format']);
  const format = FORMATS.find((item) => item === written) ?? null;
  if (written !== null && format === null) {
    if (GENKIT_FORMATS.includes(written) || nearestWord(written, FORMATS, 1) === null) {
      code.uses.push({ kind: 'format', name: written, range: fields.source.rangeOf(['output', 'format']), isDeclared: false });
      return { format: null, name: null, schema: null, strict: false };
    }
    fields.oneOf(output, ['output', 'format'], FORMATS);
  }
  return { format: format ?? (isGiven ? 'json' : null), name: null, schema, strict: false };
}

/** `toolDefs`, and definitions written straight into `tools`. A name without a definition is known to the application only. */
function readTools(fields: Fields, root: JsonObject, code: InCode): ToolDefinition[] {
  const definitions: ToolDefinition[] = [];
  const read = (value: JsonValue, path: Path): void => {
    if (!isJsonObject(value)) return fields.report(path, 'A tool definition must be a map with `name`, `description` and `inputSchema`.');
    const name = fields.string(value, [...path, 'name']);
    if (name === null) return fields.report(path, 'A tool definition needs a `name`.');
    const parameters = readSchemaAt(fields, value['inputSchema'] ?? null, [...path, 'inputSchema'], code);
    definitions.push({
      name,
      description: fields.string(value, [...path, 'description']),
      parameters: parameters ?? { type: 'object', properties: {} },
    });
  };
  fields.list(root, ['toolDefs']).forEach((value, i) => read(value, ['toolDefs', i]));
  const tools = fields.list(root, ['tools']);
  tools.forEach((value, i) => {
    if (typeof value !== 'string') read(value, ['tools', i]);
  });
  tools.forEach((value, i) => {
    if (typeof value !== 'string' || definitions.some((tool) => tool.name === value)) return;
    const stub = code.stubs.tools.find(({ name }) => name === value);
    if (stub !== undefined) definitions.push(stub);
    else code.uses.push({ kind: 'tool', name: value, range: fields.source.rangeOf(['tools', i]), isDeclared: false });
  });
  return definitions;
}

/** `goldset.golden` and `goldset.budget`, dotted as dotprompt asks of extensions. */
function readDottedSettings(fields: Fields, root: JsonObject): GoldsetSettings {
  for (const key of Object.keys(root)) {
    if (key.startsWith('goldset.') && key !== 'goldset.golden' && key !== 'goldset.budget') {
      fields.diagnostics.warning(
        'prompt/unknown-key',
        `Unknown key \`${key}\`.`,
        fields.source.keyRangeOf([key]),
        'Known: goldset.golden, goldset.budget.',
      );
    }
  }
  return readSettings(
    fields,
    { golden: root['goldset.golden'] ?? null, budget: root['goldset.budget'] ?? null },
    ['goldset.golden'],
    ['goldset.budget'],
  );
}

/** What `@metadata.prompt` shows: everything but the input, extension keys gathered under `ext`. */
function templateMetadata(root: JsonObject): JsonObject {
  const metadata: JsonObject = {};
  const ext: { [namespace: string]: JsonObject } = {};
  for (const [key, value] of Object.entries(root)) {
    const dot = key.lastIndexOf('.');
    if (dot > 0) (ext[key.slice(0, dot)] ??= {})[key.slice(dot + 1)] = value;
    else if (key !== 'input' && key !== '__proto__') metadata[key] = value;
  }
  return { ...metadata, ext };
}
