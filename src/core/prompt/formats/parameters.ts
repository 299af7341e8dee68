/** Sampling parameters of the formats under their provider-neutral names. */
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { Parameters } from '../document.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';
import type { Path } from '../../yaml/yaml.ts';

const NUMBERS: Readonly<Record<string, { name: string; atLeast: number }>> = {
  temperature: { name: 'temperature', atLeast: 0 },
  topP: { name: 'topP', atLeast: 0 },
  topK: { name: 'topK', atLeast: 0 },
  maxOutputTokens: { name: 'maxOutputTokens', atLeast: 1 },
  maxTokens: { name: 'maxOutputTokens', atLeast: 1 },
  maxCompletionTokens: { name: 'maxOutputTokens', atLeast: 1 },
  max_tokens: { name: 'maxOutputTokens', atLeast: 1 },
  max_completion_tokens: { name: 'maxOutputTokens', atLeast: 1 },
  top_p: { name: 'topP', atLeast: 0 },
  top_k: { name: 'topK', atLeast: 0 },
  seed: { name: 'seed', atLeast: -Infinity },
};

/** Reads `config` (dotprompt) or `modelParameters` (`.prompt.yml`); what is not known is passed on. */
export const readConfig = (fields: Fields, root: JsonObject, key: string): Parameters =>
  readParameters(fields, fields.object(root, [key]) ?? {}, [key]);

/** As `readConfig`, of a map at any place. */
export function readParameters(fields: Fields, config: JsonObject, at: Path): Parameters {
  const parameters: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(config)) {
    const known = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
    if (known) {
      const number = fields.number(config, [...at, name], known.atLeast);
      if (number !== null) parameters[known.name] = number;
    } else if (name === 'stopSequences' || name === 'stop') {
      const list = typeof value === 'string' ? [value] : fields.list(config, [...at, name]);
      parameters['stop'] = list.filter((item) => typeof item === 'string');
    } else if (isSecretName(name)) {
      fields.report(
        [...at, name],
        `\`${name}\` does not belong in a prompt file.`,
        'Keep keys in the environment or in the editor’s secret storage.',
      );
    } else if (name !== '__proto__' && name !== 'version') {
      parameters[name] = value;
    }
  }
  return parameters;
}

/** Whether a key is the name of a sampling parameter in one of the formats. */
export const isParameterName = (name: string): boolean => Object.hasOwn(NUMBERS, name) || name === 'stop' || name === 'stopSequences';

const isSecretName = (name: string): boolean => /^(api[-_]?key|authorization|token|secret)$/i.test(name);

/** One `--param key=value`: numbers, booleans and JSON are read as such. */
export function parameterFromText(name: string, text: string): readonly [string, JsonValue] {
  const known = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  const parsed = parseScalar(text);
  if (known && typeof parsed !== 'number') throw new TypeError(`${name} must be a number, not "${text}"`);
  return [known?.name ?? name, parsed];
}

function parseScalar(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The neutral name of a sampling parameter; null: it is not one. */
export const parameterName = (written: string): string | null =>
  Object.hasOwn(NUMBERS, written) ? (NUMBERS[written]?.name ?? null) : null;
