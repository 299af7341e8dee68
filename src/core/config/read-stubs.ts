/** `stubs:` of goldset.yaml: what an application registers in its code, so that prompts that use it can be read here. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { readSchema } from '../prompt/formats/picoschema.ts';
import type { Stubs } from '../prompt/external.ts';
import type { ToolDefinition } from '../tool.ts';
import type { Path } from '../yaml/yaml.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

const KEYS = ['schemas', 'helpers', 'partials', 'tools'];

export function readStubs(fields: Fields, root: JsonObject): Stubs {
  const stubs = fields.object(root, ['stubs']) ?? {};
  fields.unknownKeys(stubs, KEYS, ['stubs']);
  const schemas = new Map(Object.entries(fields.object(stubs, ['stubs', 'schemas']) ?? {}));
  for (const [name, value] of schemas) checkedSchema(fields, value, ['stubs', 'schemas', name], schemas);
  const tools = fields.object(stubs, ['stubs', 'tools']) ?? {};
  return {
    schemas,
    tools: Object.keys(tools).flatMap((name) => readTool(fields, tools, name, schemas)),
    helpers: names(fields, stubs, 'helpers'),
    partials: names(fields, stubs, 'partials'),
  };
}

const names = (fields: Fields, stubs: JsonObject, key: string): string[] =>
  fields.list(stubs, ['stubs', key]).flatMap((item, i) => {
    if (typeof item === 'string') return [item];
    fields.report(['stubs', key, i], `\`stubs.${key}\` must be a list of names.`);
    return [];
  });

/** Null: it is invalid, or names a schema that `stubs.schemas` does not have; both are reported. */
function checkedSchema(fields: Fields, value: JsonValue, path: Path, schemas: ReadonlyMap<string, JsonValue>): JsonObject | null {
  const { schema, problems, unknown } = readSchema(value, schemas);
  for (const problem of problems)
    fields.diagnostics.error('config/invalid-value', `Schema: ${problem.message}`, fields.source.rangeOf([...path, ...problem.path]));
  for (const { name, path: inside } of unknown)
    fields.report([...path, ...inside], `There is no schema \`${name}\`.`, 'Add it to `stubs.schemas`.');
  return schema;
}

function readTool(fields: Fields, tools: JsonObject, name: string, schemas: ReadonlyMap<string, JsonValue>): ToolDefinition[] {
  const path = ['stubs', 'tools', name];
  const value = tools[name] ?? null;
  if (!isJsonObject(value)) {
    fields.report(path, `The tool \`${name}\` must be a map with \`description\` and \`inputSchema\`.`);
    return [];
  }
  fields.unknownKeys(value, ['description', 'inputSchema'], path);
  return [
    {
      name,
      description: fields.string(value, [...path, 'description']),
      parameters: checkedSchema(fields, value['inputSchema'] ?? null, [...path, 'inputSchema'], schemas) ?? {
        type: 'object',
        properties: {},
      },
    },
  ];
}
