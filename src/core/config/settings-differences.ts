/** Which settings of goldset.yaml a change edits, without effect: those that decide how the change is judged come from its base. */
import { Diagnostics } from '../diagnostics.ts';
import { isJsonObject, jsonEquals, type JsonObject } from '../json.ts';
import { readYaml } from '../yaml.ts';
import type { GoldsetConfig } from './goldset-yaml.ts';

/** Top-level keys that a change decides itself. */
const OF_THE_CHANGE = ['model', 'matrix', 'title'];

/** Names of top-level keys whose value differs, but for those that are taken from the change; a text that cannot be read has no keys. */
export function settingsDifferences(base: string, head: string): string[] {
  const [before, after] = [valuesOf(base), valuesOf(head)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !OF_THE_CHANGE.includes(key))
    .filter((key) => !jsonEquals(before[key] ?? null, after[key] ?? null))
    .sort();
}

function valuesOf(text: string): JsonObject {
  const value = readYaml(text, new Diagnostics('goldset.yaml'))?.value;
  return isJsonObject(value) ? value : {};
}

/** The settings that a change is judged with: all are the base's but `model`, `matrix`, and where `prompts` has the golden sets. */
export function judgedBy(base: GoldsetConfig, head: GoldsetConfig): GoldsetConfig {
  const prompts = new Map([...base.prompts, ...head.prompts]);
  for (const [name, settings] of head.prompts) {
    const known = base.prompts.get(name);
    prompts.set(name, known === undefined ? settings : { ...known, golden: settings.golden });
  }
  return { ...base, model: head.model, matrix: head.matrix, prompts };
}
