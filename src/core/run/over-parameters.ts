/** Parameters of a run over those of a prompt. */
import { isJsonObject } from '../json/json.ts';
import type { Parameters } from '../prompt/document.ts';

/**
 * The prompt's own parameters with those of `override` over them. An effort replaces one that the prompt writes under another
 * name, so that a request never has two.
 */
export function overParameters(own: Parameters, override: Parameters): Parameters {
  if (override['reasoningEffort'] === undefined) return { ...own, ...override };
  const { reasoning_effort: _effort, reasoning, output_config: config, ...rest } = own;
  return { ...rest, ...withoutEffort('reasoning', reasoning), ...withoutEffort('output_config', config), ...override };
}

function withoutEffort(name: string, value: Parameters[string]): Parameters {
  if (value === undefined) return {};
  if (!isJsonObject(value)) return { [name]: value };
  const { effort: _effort, ...rest } = value;
  return Object.keys(rest).length === 0 ? {} : { [name]: rest };
}
