/**
 * Tools as the model reads them. OpenAI turns them into TypeScript (published with gpt-oss: openai/harmony, Function calling), nested fields
 * and their descriptions included; how deep lines are indented is not known, so they count without. For other models nothing is published, so
 * tools count as the JSON that is sent.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { ToolDefinition } from '../../tool.ts';

export const isTypeScriptRendered = (model: string): boolean => /^(gpt-|o[1-9](-|$)|chatgpt-|codex-)/.test(model);

/** The text of each tool by itself, in the order of the request. */
export const renderedTools = (tools: readonly ToolDefinition[], model: string): string[] =>
  isTypeScriptRendered(model) ? tools.map(typeScriptOf) : tools.map((tool) => JSON.stringify(tool));

/** What stands around the tools. */
export const toolFrame = (model: string): string =>
  isTypeScriptRendered(model) ? '# Tools\n\n## functions\n\nnamespace functions {\n\n} // namespace functions' : '';

function typeScriptOf({ name, description, parameters }: ToolDefinition): string {
  const fields = fieldsOf(parameters, 0);
  const signature = fields === '' ? '()' : `(_: {\n${fields}})`;
  return `${comment(description)}type ${name} = ${signature} => any;\n\n`;
}

/** The fields of an object, each on a line of its own after its description. `depth`: of objects around it. */
function fieldsOf(schema: JsonObject, depth: number): string {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(propertiesOf(schema))
    .map(([name, property]) => {
      const field = isJsonObject(property) ? property : {};
      const usual = field['default'];
      const note = usual === undefined || usual === null ? '' : ` // default: ${JSON.stringify(usual)}`;
      return `${comment(field['description'])}${name}${required.includes(name) ? '' : '?'}: ${typeOf(field, depth)},${note}\n`;
    })
    .join('');
}

const comment = (text: JsonValue | undefined): string => (typeof text !== 'string' || text === '' ? '' : `${text.replace(/^/gm, '// ')}\n`);

const propertiesOf = (schema: JsonObject): JsonObject => (isJsonObject(schema['properties']) ? schema['properties'] : {});

/** Objects in objects, at most: deeper ones are any. */
const DEEPEST = 32;

function typeOf(schema: JsonValue | undefined, depth: number): string {
  if (!isJsonObject(schema) || depth > DEEPEST) return 'any';
  for (const [key, sign] of UNIONS) {
    const members = schema[key];
    if (Array.isArray(members)) return members.map((member) => typeOf(member, depth + 1)).join(sign);
  }
  const { type, enum: values } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(type)) return type.map((name) => typeOf({ ...schema, type: name }, depth + 1)).join(' | ');
  if (type === 'object' || schema['properties'] !== undefined) {
    const fields = fieldsOf(schema, depth + 1);
    return fields === '' ? 'object' : `{\n${fields}}`;
  }
  if (type === 'array') return `${typeOf(schema['items'], depth + 1)}[]`;
  if (type === 'integer') return 'number';
  return typeof type === 'string' ? type : 'any';
}

const UNIONS = [
  ['anyOf', ' | '],
  ['oneOf', ' | '],
  ['allOf', ' & '],
] as const;

/** Whether a field of a tool is an object, or has some inside. */
export const hasNestedFields = ({ parameters }: ToolDefinition): boolean =>
  Object.values(propertiesOf(parameters)).some((field) => /"(properties|items|anyOf|oneOf|allOf)":/.test(JSON.stringify(field) ?? ''));
