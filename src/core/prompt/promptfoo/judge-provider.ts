/** The `provider` of a judged assertion, or of `options`, → the model that judges, with its parameters. */
import { Diagnostics } from '../../problems/diagnostics.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { noYaml, type Path } from '../../yaml/yaml.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import { readParameters } from '../formats/parameters.ts';
import { CHANGES_OUTPUT, ELSEWHERE, NOT_SENT, SECRET } from './providers.ts';

/** As an assertion of a golden set has it; null: the workspace's own judge. */
export interface JudgeProvider {
  readonly provider: JsonValue | null;
  /** `keys`: where, from the provider. An error is one of the case: another judge than the config's must not decide. */
  readonly said: readonly { readonly message: string; readonly keys: Path; readonly isError: boolean }[];
}

/** What a judge answers with is given by its own prompt. */
const OF_THE_PROMPT = ['response_format', 'responseFormat', 'tools', 'tool_choice', 'functions', 'systemPrompt', 'system'];

/** `byEmbedding`: the type compares vectors, which no parameter changes. */
export function judgeProvider(given: JsonValue | undefined, byEmbedding: boolean): JudgeProvider {
  if (given === undefined || given === null) return { provider: null, said: [] };
  const own = byKind(given, byEmbedding);
  if (own === null) return { provider: null, said: [] };
  const { value, at } = own;
  if (typeof value === 'string' && !value.startsWith('file://')) return { provider: value, said: [] };
  const id = isJsonObject(value) ? value['id'] : undefined;
  if (!isJsonObject(value) || typeof id !== 'string' || id.startsWith('file://'))
    return { provider: null, said: [{ message: '`provider` must name a model.', keys: at, isError: true }] };
  const said: JudgeProvider['said'][number][] = [];
  const settings = isJsonObject(value['config']) ? value['config'] : {};
  for (const [holder, keys] of [
    [value, at],
    [settings, [...at, 'config']],
  ] as const) {
    const code = ['transform', ...CHANGES_OUTPUT].find((key) => (holder[key] ?? null) !== null);
    if (code !== undefined) said.push({ message: `\`${code}\` of a judge is not executed.`, keys: [...keys, code], isError: true });
  }
  const { kept, problems } = judgeConfig(settings);
  said.push(...problems.map(({ message, key, isError }) => ({ message, keys: [...at, 'config', key], isError })));
  return { provider: byEmbedding || Object.keys(kept).length === 0 ? id : { id, config: kept }, said };
}

/** A provider for each kind of judgement: `{ text, embedding }`. Null: it has none for this one. */
function byKind(given: JsonValue, byEmbedding: boolean): { readonly value: JsonValue; readonly at: Path } | null {
  if (!isJsonObject(given) || typeof given['id'] === 'string') return { value: given, at: [] };
  const key = byEmbedding ? 'embedding' : 'text';
  const own = given[key] ?? null;
  if (own !== null) return { value: own, at: [key] };
  return 'text' in given || 'embedding' in given ? null : { value: given, at: [] };
}

interface ConfigProblem {
  readonly message: string;
  readonly key: string;
  readonly isError: boolean;
}

function judgeConfig(settings: JsonObject): { readonly kept: JsonObject; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const sent: JsonObject = {};
  for (const [key, value] of Object.entries(settings)) {
    if (value === null || NOT_SENT.includes(key) || key === 'transform' || CHANGES_OUTPUT.includes(key)) continue;
    if (SECRET.test(key))
      problems.push({
        message: `\`${key}\` is not read: keys come from the environment or the editor’s secret storage.`,
        key,
        isError: false,
      });
    else if (ELSEWHERE.includes(key))
      problems.push({
        message: `\`${key}\` of a judge is not read, so it would be another server that judges. Declare the server under \`providers:\` in goldset.yaml, and name it here.`,
        key,
        isError: true,
      });
    else if (OF_THE_PROMPT.includes(key))
      problems.push({ message: `\`${key}\` of a judge is not read: its prompt says what it answers with.`, key, isError: false });
    else sent[key] = value;
  }
  const found = new Diagnostics('judge');
  const kept = readParameters(new Fields(noYaml(), found, 'promptfoo'), sent, []) as JsonObject;
  for (const key of Object.keys(sent)) {
    const single = new Diagnostics('judge');
    readParameters(new Fields(noYaml(), single, 'promptfoo'), { [key]: sent[key] ?? null }, []);
    problems.push(...single.list.map(({ message }) => ({ message, key, isError: true })));
  }
  return { kept, problems };
}
