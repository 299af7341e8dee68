/** Which settings of goldset.yaml a change edits, without effect: those that decide how the change is judged come from its base. */
import { Diagnostics } from '../problems/diagnostics.ts';
import { isJsonObject, jsonEquals, type JsonObject, type JsonValue } from '../json/json.ts';
import { readYaml } from '../yaml/yaml.ts';
import type { GoldsetConfig } from './goldset-yaml.ts';

/** Top-level keys that a change decides itself. */
const OF_THE_CHANGE = ['model', 'matrix', 'title'];

/** Names of top-level keys whose value differs, but for those that are taken from the change; a text that cannot be read has no keys. */
export function settingsDifferences(base: string, head: string): string[] {
  const [before, after] = [valuesOf(base), valuesOf(head)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !OF_THE_CHANGE.includes(key))
    .filter((key) => !jsonEquals(judging(key, before[key] ?? null), judging(key, after[key] ?? null)))
    .sort();
}

/** Of `prompts`, only what judges or is executed: the rest is the prompts' own. */
function judging(key: string, value: JsonValue): JsonValue {
  if (key !== 'prompts' || !isJsonObject(value)) return value;
  const kept = Object.entries(value).map(([name, entry]): [string, JsonValue] => {
    const { budget = null, build = null } = isJsonObject(entry) ? entry : {};
    return [name, { budget, build }];
  });
  return Object.fromEntries(kept.filter(([, entry]) => !jsonEquals(entry, { budget: null, build: null })));
}

function valuesOf(text: string): JsonObject {
  const value = readYaml(text, new Diagnostics('goldset.yaml'))?.value;
  return isJsonObject(value) ? value : {};
}

/** The settings that a change is judged with: all are the base's but `model`, `matrix`, and what `prompts` says of a prompt itself. */
export function judgedBy(base: GoldsetConfig, head: GoldsetConfig): GoldsetConfig {
  const prompts = new Map([...base.prompts, ...head.prompts]);
  for (const [name, settings] of head.prompts) {
    const known = base.prompts.get(name);
    // A budget judges, and a function is executed: both are the base's.
    prompts.set(name, { ...settings, budget: known === undefined ? settings.budget : known.budget, build: known?.build ?? null });
  }
  return { ...base, model: head.model, matrix: head.matrix, title: head.title, prompts };
}
