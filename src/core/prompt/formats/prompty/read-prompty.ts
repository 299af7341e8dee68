/**
 * Prompty's `.prompty`, version 2 (microsoft/prompty, spec/spec.md) and version 1: YAML front matter and a Jinja or Mustache body with
 * lines that are roles.
 */
import type { Diagnostics } from '../../../problems/diagnostics.ts';
import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '../../../json/json.ts';
import type { ToolDefinition } from '../../../tool.ts';
import { noYaml, readYaml, type Path } from '../../../yaml/yaml.ts';
import { Fields } from '../../../yaml/yaml-fields.ts';
import type { OutputSpec, PromptDocument, SyntaxName } from '../../document.ts';
import type { ExternalUse } from '../../external.ts';
import { blankDocument } from '../blank-document.ts';
import { readFencedFile } from '../fenced-file.ts';
import { reportOtherKeys } from '../other-keys.ts';
import { fileName, fileOfPrompt } from '../prompt-name.ts';
import type { PromptContext } from '../text-prompt.ts';
import { MEDIA_KINDS, objectSchema, readProperties, THREAD_KIND, type PromptyProperty } from './properties.ts';
import { roleLines } from './prompty-body.ts';
import { chatTools, readPromptyModel } from './prompty-model.ts';
import { PromptyReferences } from './references.ts';

const KEYS = [
  'name',
  'displayName',
  'description',
  'metadata',
  'model',
  'inputs',
  'outputs',
  'tools',
  'template',
  'authors',
  'tags',
  'version',
  'sample',
  '$schema',
];

export function readPrompty(path: string, text: string, { files, stubs }: PromptContext, diagnostics: Diagnostics): PromptDocument {
  const { frontMatter, body } = readFencedFile(text, /^[ \t]*(?:---|\+\+\+)[ \t]*$/, diagnostics);
  const yaml = frontMatter === null ? NOTHING : (readYaml(frontMatter.text, diagnostics, frontMatter.offset) ?? NOTHING);
  const fields = new Fields(yaml, diagnostics, 'prompt');
  const references = new PromptyReferences(fields, path, files);
  const root = references.resolved(fields.root('The front matter'));
  reportOtherKeys(fields, root, KEYS, 'model.options');
  const model = readPromptyModel(fields, root);
  const inputs = readProperties(fields, root['inputs'] ?? null, ['inputs']);
  const defaults = defaultsOf(fields, root, inputs, references);
  const named = (kinds: readonly string[]): string[] => inputs.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const [thread, ...others] = named([THREAD_KIND]);
  for (const name of others)
    fields.diagnostics.error(
      'prompty/threads',
      `\`${name}\` is a second conversation, and only one is read.`,
      placeOf(fields, inputs, name),
    );
  const uses: ExternalUse[] = [];
  const outputs = readProperties(fields, root['outputs'] ?? null, ['outputs']);
  const isFirstVersion =
    isJsonObject(root['model']) && ['api', 'configuration', 'parameters'].some((key) => key in (root['model'] as JsonObject));
  return {
    ...blankDocument(path, 'prompty', fields.string(root, ['name']) ?? fileName(fileOfPrompt(path)).replace(/\.prompty$/, '')),
    description: fields.string(root, ['description']),
    model: model.model,
    parameters: model.parameters,
    template: {
      kind: 'text',
      syntax: syntaxOf(fields, root),
      messages: [{ role: 'system', source: body.text, file: fileOfPrompt(path), offset: body.offset }],
      ...(thread === undefined ? {} : { history: thread }),
      marks: {
        places: roleLines(body, diagnostics),
        firstRole: 'system',
        media: named(MEDIA_KINDS),
        hasMarkdownImages: isFirstVersion,
        trims: 'lines',
      },
    },
    input: {
      defaults,
      schema: inputs.length === 0 ? null : objectSchema(inputs),
      declared: inputs.map(({ name, at }) => ({ name, range: fields.source.keyRangeOf(at) })),
    },
    tools: [...model.tools, ...readTools(fields, root, stubs.tools, uses)],
    output: isFirstVersion || outputs.length === 0 ? (model.output ?? NO_OUTPUT) : outputOf(outputs),
    metadata: isJsonObject(root['metadata']) ? root['metadata'] : {},
    external: uses,
  };
}

const NOTHING = noYaml();
const NO_OUTPUT: OutputSpec = { format: null, name: null, schema: null, strict: false };

const outputOf = (outputs: readonly PromptyProperty[]): OutputSpec => ({
  format: 'json',
  name: 'structured_output',
  schema: objectSchema(outputs, true),
  strict: true,
});

const placeOf = (fields: Fields, inputs: readonly PromptyProperty[], name: string) =>
  fields.source.keyRangeOf(inputs.find((input) => input.name === name)?.at ?? []);

/** What a run without a case sends: defaults of version 2, and `sample` of version 1. */
function defaultsOf(fields: Fields, root: JsonObject, inputs: readonly PromptyProperty[], references: PromptyReferences): JsonObject {
  const defaults: JsonObject = {};
  const written = root['sample'] ?? null;
  const sample = typeof written === 'string' && /\.(?:json|ya?ml)$/.test(written) ? references.file(written, ['sample']) : written;
  if (sample !== null && !isJsonObject(sample)) fields.report(['sample'], '`sample` must be a map of values, or name a file with one.');
  for (const [name, value] of Object.entries(isJsonObject(sample) ? sample : {})) setOwn(defaults, name, value);
  for (const input of inputs) if (input.default !== undefined) setOwn(defaults, input.name, input.default);
  return defaults;
}

/** `template:` names the language: of version 2 under `format.kind`, of version 1 as a text or under `type`. */
function syntaxOf(fields: Fields, root: JsonObject): SyntaxName {
  const written = root['template'] ?? null;
  if (written === null) return 'jinja';
  const [value, at]: [JsonValue, Path] = isJsonObject(written) ? inMap(written) : [written, ['template']];
  const parser = isJsonObject(written) ? written['parser'] : null;
  const parserKind = isJsonObject(parser) ? parser['kind'] : parser;
  if (parserKind !== undefined && parserKind !== null && parserKind !== 'prompty')
    fields.report(['template', 'parser'], `The parser must be prompty, not ${JSON.stringify(parserKind)}.`);
  if (value === null || value === 'jinja2' || value === 'nunjucks') return 'jinja';
  if (value === 'mustache') return 'mustache';
  fields.report(at, `The template must be jinja2 or mustache, not ${JSON.stringify(value)}.`);
  return 'jinja';
}

function inMap(template: JsonObject): [JsonValue, Path] {
  const format = template['format'] ?? null;
  if (isJsonObject(format)) return [format['kind'] ?? null, ['template', 'format', 'kind']];
  if (format !== null) return [format, ['template', 'format']];
  return [template['type'] ?? null, ['template', 'type']];
}

/** Functions become definitions; without bound parameters, which the application fills in. Other kinds are only known to it. */
function readTools(fields: Fields, root: JsonObject, stubs: readonly ToolDefinition[], uses: ExternalUse[]): ToolDefinition[] {
  return fields.list(root, ['tools']).flatMap((item, i): ToolDefinition[] => {
    const at: Path = ['tools', i];
    if (!isJsonObject(item)) {
      fields.report(at, 'A tool must be a map with `name` and `kind`.');
      return [];
    }
    if ('function' in item) return chatTools(fields, item, at);
    const name = fields.string(item, [...at, 'name']);
    if (name === null) {
      fields.report(at, 'A tool needs a `name`.');
      return [];
    }
    const kind = fields.string(item, [...at, 'kind']) ?? fields.string(item, [...at, 'type']);
    const stub = stubs.find((tool) => tool.name === name);
    if (kind !== 'function') {
      if (stub === undefined) uses.push({ kind: 'tool', name, range: fields.source.rangeOf(at), isDeclared: false });
      return stub === undefined ? [] : [stub];
    }
    const bound = isJsonObject(item['bindings']) ? Object.keys(item['bindings']) : [];
    const parameters = readProperties(fields, item['parameters'] ?? null, [...at, 'parameters']).filter((one) => !bound.includes(one.name));
    return [{ name, description: fields.string(item, [...at, 'description']), parameters: objectSchema(parameters) }];
  });
}
