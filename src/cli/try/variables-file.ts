/** A file of variables, in JSON or YAML. */
import { readStream, readText } from '../../adapters/bounded-file.ts';
import { Diagnostics } from '../../core/problems/diagnostics.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { readYaml } from '../../core/yaml/yaml.ts';

/** `-` reads standard input. @throws {ConfigurationError} when it is not a map. */
export async function readVariables(file: string): Promise<JsonObject> {
  const text = file === '-' ? await readStream(process.stdin, 'Standard input') : await readText(file);
  const diagnostics = new Diagnostics(file);
  const value: JsonValue | undefined = readYaml(text, diagnostics)?.value;
  const problem = diagnostics.list[0];
  if (problem) throw new ConfigurationError(problem.code, `${file}: ${problem.message}`);
  if (!isJsonObject(value)) throw new ConfigurationError('vars/not-a-map', `${file} must hold a map of variables.`);
  return value;
}
