/** GitHub's `.prompt.yml` (github/gh-models pkg/prompt): messages, testData and evaluators in one YAML file. */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../json/json.ts';
import { LineIndex } from '../../text/text.ts';
import { noYaml, readYaml, type Path } from '../../yaml/yaml.ts';
import type { MessageTemplate, OutputSpec, PromptDocument, Unread } from '../document.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import { nameOfPromptYml } from './prompt-name.ts';
import { reportOtherKeys } from './other-keys.ts';
import { readConfig } from './parameters.ts';
import { readEvaluators, readTestData } from './test-data.ts';
import { placedHoles } from './placed-holes.ts';

const KEYS = ['name', 'description', 'model', 'modelParameters', 'responseFormat', 'jsonSchema', 'messages', 'testData', 'evaluators'];
const ROLES = ['system', 'user', 'assistant'] as const;

export function readPromptYml(path: string, text: string, diagnostics: Diagnostics): PromptDocument {
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  const yaml = readYaml(text.slice(offset), diagnostics, offset);
  const fields = new Fields(yaml ?? NOTHING, diagnostics, 'prompt');
  const others = yaml === null ? null : otherTool(fields);
  if (others !== null) return { ...blank(path), unread: others };
  const root = fields.root('A .prompt.yml file');
  reportOtherKeys(fields, root, KEYS, 'modelParameters');
  const model = fields.string(root, ['model']);
  const messages = readMessages(fields, root, text);
  return {
    ...blank(path),
    name: fields.string(root, ['name']) ?? nameOfPromptYml(path),
    description: fields.string(root, ['description']),
    model: model === null ? null : { id: model, range: fields.source.rangeOf(['model']) },
    parameters: readConfig(fields, root, 'modelParameters'),
    template: { kind: 'messages', messages },
    output: readOutput(fields, root),
    embedded: { cases: readTestData(fields, root, path, new LineIndex(text)), assertions: readEvaluators(fields, root) },
  };
}

const NOTHING = noYaml();

/** What this format has and the YAML of other tools with this file name has not. */
const OWN_KEYS = ['messages', 'modelParameters', 'testData', 'evaluators', 'responseFormat', 'jsonSchema'];

/** Null: the file is of this format, if with mistakes. */
function otherTool({ source }: Fields): Unread | null {
  const { value } = source;
  const isOurs = value === null || (isJsonObject(value) ? OWN_KEYS.some((key) => key in value) : typeof value !== 'object');
  if (isOurs) return null;
  return {
    message: 'This file is not in GitHub’s `.prompt.yml` format: it has no `messages`.',
    hint: 'If it is meant for Goldset, add a list `messages` with `role` and `content`. Other tools use this file name too.',
    range: { start: source.rangeOf([]).start, end: source.rangeOf([]).start },
    isUnusable: true,
    severity: 'info',
  };
}

const blank = (path: string): PromptDocument => ({
  path,
  format: 'prompt-yml',
  name: nameOfPromptYml(path),
  variant: null,
  isPartial: false,
  description: null,
  model: null,
  parameters: {},
  template: { kind: 'messages', messages: [] },
  input: { defaults: {}, schema: null, declared: [] },
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  embedded: { cases: [], assertions: [] },
  settings: { golden: null, budget: null },
  metadata: {},
});

function readMessages(fields: Fields, root: JsonObject, file: string): MessageTemplate[] {
  const list = fields.list(root, ['messages']);
  if (list.length === 0 && fields.source !== NOTHING) {
    fields.diagnostics.error(
      'prompt/no-messages',
      'This prompt has no `messages`.',
      fields.source.keyRangeOf(['messages']),
      'Add a list with `role` and `content`.',
    );
  }
  return list.flatMap((item, i) => {
    if (!isJsonObject(item)) {
      fields.report(['messages', i], 'A message must be a map with `role` and `content`.');
      return [];
    }
    fields.unknownKeys(item, ['role', 'content'], ['messages', i]);
    const role = roleOf(fields, item, ['messages', i, 'role']);
    if (item['role'] === undefined) fields.report(['messages', i], 'A message needs a `role`: system, user or assistant.');
    const content = fields.string(item, ['messages', i, 'content']) ?? '';
    const range = fields.source.rangeOf(['messages', i, 'content']);
    const spaced = /\{\{(?:\s+[^{}]+|[^{}]+\s+)\}\}/.exec(content)?.[0];
    if (spaced !== undefined)
      fields.diagnostics.warning(
        'template/spaces',
        `\`${spaced}\` contains spaces, so it is sent literally.`,
        range,
        `Write \`${spaced.replace(/\s/g, '')}\`.`,
      );
    return role === null ? [] : [{ role, content, range, placeholders: placedHoles(content, range, file) }];
  });
}

/** That tool reads `System` as `system`. */
function roleOf(fields: Fields, item: JsonObject, path: Path): string | null {
  const written = fields.string(item, path)?.toLowerCase();
  return ROLES.find((role) => role === written) ?? fields.oneOf(item, path, ROLES);
}

function readOutput(fields: Fields, root: JsonObject): OutputSpec {
  const format = fields.oneOf(root, ['responseFormat'], ['text', 'json_object', 'json_schema']);
  const none: OutputSpec = {
    format: format === null ? null : format === 'text' ? 'text' : 'json',
    name: null,
    schema: null,
    strict: false,
  };
  if (format !== 'json_schema') return none;
  const written = root['jsonSchema'] ?? null;
  const value = typeof written === 'string' ? parseJson(written) : written;
  if (!isJsonObject(value) || !isJsonObject(value['schema'])) {
    fields.report(['jsonSchema'], '`jsonSchema` must be JSON text with `name` and `schema`.');
    return none;
  }
  return {
    format: 'json',
    name: typeof value['name'] === 'string' ? value['name'] : null,
    schema: value['schema'],
    strict: fields.flag(value, ['jsonSchema', 'strict'], false, 'it counts as false until it is fixed.') ?? false,
  };
}
