/** Whether an output is the JSON that its request asked for, in whichever provider's way it asked. */
import { schemaViolation } from '../../grade/schema.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Interaction } from './interaction.ts';

/** What is wrong with it, in one sentence; null: it is valid, or JSON was not requested. */
export function jsonProblem({ parameters }: Interaction, output: string): string | null {
  const format = formatIn(parameters);
  if (format === null) return null;
  const value = parseJson(output);
  if (value === undefined) return 'The output is not JSON.';
  const schema = schemaIn(format);
  return schema === null ? null : violation(schema, value);
}

/** OpenAI: `response_format` (chat) or `text.format` (responses). Anthropic: `output_config.format` or `output_format`. */
function formatIn(parameters: JsonObject): JsonObject | null {
  const inside = (name: string): JsonValue | undefined => {
    const value = parameters[name];
    return isJsonObject(value) ? value['format'] : undefined;
  };
  const format = [parameters['response_format'], parameters['output_format'], inside('text'), inside('output_config')].find(isJsonObject);
  return format !== undefined && (format['type'] === 'json_schema' || format['type'] === 'json_object') ? format : null;
}

function schemaIn(format: JsonObject): JsonObject | null {
  const { json_schema: named } = format;
  const schema = isJsonObject(named) ? named['schema'] : format['schema'];
  return isJsonObject(schema) ? schema : null;
}

function violation(schema: JsonObject, value: JsonValue): string | null {
  try {
    const text = schemaViolation(withoutPatterns(schema), value);
    return text === null ? null : `The JSON violates the schema: ${text}`;
  } catch (error) {
    // A schema that cannot be followed says nothing about the output.
    if (error instanceof Error) return null;
    throw error;
  }
}

/** A schema of a log is from outside, and its regular expressions could hang: they are not looked at. */
const withoutPatterns = (schema: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(schema), (key, value: JsonValue) =>
    (key === 'pattern' && typeof value === 'string') || key === 'patternProperties' ? undefined : value,
  ) as JsonObject;
