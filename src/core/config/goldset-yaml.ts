/** goldset.yaml: everything in it is optional. */
import { Diagnostics, type Diagnostic } from '../problems/diagnostics.ts';
import { messageOf } from '../problems/errors.ts';
import { isJsonObject, type JsonObject } from '../json/json.ts';
import { Fields } from '../yaml/yaml-fields.ts';
import { parameterFromText } from '../prompt/formats/parameters.ts';
import { readDeclaredPrompt, type DeclaredPrompt, type DeclaredPrompts } from '../prompt/formats/declared-prompt.ts';
import type { Parameters as SamplingParameters } from '../prompt/document.ts';
import { warnOfOtherBytes } from '../files/text-encoding.ts';
import { readYaml, type Path } from '../yaml/yaml.ts';
import { DEFAULT_CAPTURE, readCapture, type CaptureConfig } from './capture-config.ts';
import { NO_DECLARED_SIGNALS, readDeclaredSignals, type DeclaredSignals } from './declared-signals.ts';
import { DEFAULT_LABEL_TEXTS, readLabelTexts, type LabelTexts } from './label-texts.ts';
import { DEFAULT_KEEP_RUNS, KEEP_ALL_RUNS, readKeepRuns, type KeepRuns } from './keep-runs.ts';
import { readReplacements } from './read-evaluators.ts';
import { readSources, type SourceConfig } from './sources.ts';
import { readStubs } from './read-stubs.ts';
import { DEFAULT_REVIEW, readReview, type ReviewConfig } from './review-config.ts';
import { NO_STUBS, type Stubs } from '../prompt/external.ts';
import { readProviders, type ProviderConfig } from './providers.ts';
import { DIALECT_NAMES } from './dialects.ts';
import type { Traffic } from './traffic.ts';
import { DEFAULT_GATE, type Gate, GATED_METRICS } from './gate.ts';

/** What the user lets Goldset add to requests for the provider's cache. */
export interface PromptCacheConfig {
  readonly keys: boolean;
  /** Mark the end of what all requests share. Claude caches only what is marked. */
  readonly breakpoints: boolean;
  /** How long the provider keeps a marked prefix; null: as it does by itself. */
  readonly ttl: '5m' | '30m' | '1h' | '12h' | null;
  /** Ask why a prefix was not found. OpenAI then keeps the responses. */
  readonly diagnostics: boolean;
}

/** How code assertions run. */
export interface CodeConfig {
  /** Environment variables that they may see. */
  readonly env: readonly string[];
  /** How long one may take, seconds. */
  readonly timeout: number;
  readonly python: string;
  /** Whether `python` is what goldset.yaml says. */
  readonly isPythonGiven: boolean;
}

/** What grades by a model. */
export interface JudgeConfig {
  /** Null: only judges whose prompt names a model can be asked. */
  readonly model: string | null;
  /** What turns text into vectors, for `similar` and `answer-relevance`. */
  readonly embeddings: string | null;
  /** The user's own prompts by the name of the built-in one; paths relative to goldset.yaml. */
  readonly prompts: ReadonlyMap<string, string>;
}

export interface GoldsetConfig {
  readonly model: string | null;
  /** Only with `--matrix` or Run with Models. */
  readonly matrix: { readonly models: readonly string[]; readonly parameters: readonly SamplingParameters[] };
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** Stores of production data by the name that `--source` takes. */
  readonly sources: ReadonlyMap<string, SourceConfig>;
  readonly gate: Gate & { readonly repeats: number };
  /** USD; null: no limit set. */
  readonly spend: { readonly perRun: number | null; readonly askAbove: number | null };
  readonly promptCache: PromptCacheConfig;
  readonly judge: JudgeConfig;
  readonly code: CodeConfig;
  /** USD that an action of production may cost, by its type. */
  readonly actions: ReadonlyMap<string, number>;
  /** By the prompt's name; what is sent and what a user counts. */
  readonly traffic: ReadonlyMap<string, Traffic>;
  /** What of production is kept, and how. */
  readonly capture: CaptureConfig;
  /** What signals of production mean, by name. */
  readonly signals: DeclaredSignals;
  /** How many runs are kept, and how long. */
  readonly keepRuns: KeepRuns;
  /** How often people review a sample. */
  readonly review: ReviewConfig;
  /** Where triage, corrections and labels are kept: on this machine, or in the repository; null: what goldset.yaml says is not known. */
  readonly feedback: 'local' | 'repository' | null;
  /** Which texts label and draw files keep. */
  readonly labelTexts: LabelTexts;
  /** The variable that lists show of an interaction; null: the first that its prompt declares, else the last message of the user. */
  readonly title: string | null;
  /** A file of the user's own prices, as written. */
  readonly prices: string | null;
  /** Codes of findings that are turned off. */
  readonly findingsOff: readonly string[];
  /** Globs of files that are part of what answers: a change there runs the whole suite under `--changed-since`. */
  readonly pipeline: readonly string[];
  /** By path, glob or name as written, relative to goldset.yaml. */
  readonly prompts: DeclaredPrompts;
  /** What the application registers in its code. */
  readonly stubs: Stubs;
}

export const EMPTY_CONFIG: GoldsetConfig = {
  model: null,
  matrix: { models: [], parameters: [] },
  providers: new Map(),
  sources: new Map(),
  gate: { ...DEFAULT_GATE, repeats: 1 },
  spend: { perRun: null, askAbove: null },
  promptCache: { keys: false, breakpoints: false, ttl: null, diagnostics: false },
  judge: { model: null, embeddings: null, prompts: new Map() },
  code: { env: [], timeout: 10, python: 'python3', isPythonGiven: false },
  actions: new Map(),
  traffic: new Map(),
  capture: DEFAULT_CAPTURE,
  signals: NO_DECLARED_SIGNALS,
  keepRuns: DEFAULT_KEEP_RUNS,
  review: DEFAULT_REVIEW,
  feedback: 'local',
  labelTexts: DEFAULT_LABEL_TEXTS,
  title: null,
  prices: null,
  findingsOff: [],
  pipeline: [],
  prompts: new Map(),
  stubs: NO_STUBS,
};

/** Keys that the design reserves; what later issues read is not a slip today. */
const KEYS = [
  'model',
  'matrix',
  'providers',
  'sources',
  'judge',
  'code',
  'gate',
  'spend',
  'promptCache',
  'actions',
  'traffic',
  'capture',
  'signals',
  'keepRuns',
  'review',
  'feedback',
  'labels',
  'title',
  'pipeline',
  'prices',
  'prompts',
  'stubs',
  'findings',
];

export function readGoldsetYaml(path: string, text: string): { config: GoldsetConfig; diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Diagnostics(path);
  warnOfOtherBytes(text, diagnostics);
  const yaml = readYaml(text, diagnostics);
  if (yaml === null) {
    // What it says of redaction is not known, so nothing may be written until it can be read.
    const problem = diagnostics.list.find(({ severity }) => severity === 'error')?.message ?? null;
    return {
      config: {
        ...EMPTY_CONFIG,
        capture: { ...DEFAULT_CAPTURE, problem },
        keepRuns: problem === null ? DEFAULT_KEEP_RUNS : KEEP_ALL_RUNS,
        feedback: problem === null ? 'local' : null,
        labelTexts: problem === null ? DEFAULT_LABEL_TEXTS : 'none',
      },
      diagnostics: diagnostics.list,
    };
  }
  const fields = new Fields(yaml, diagnostics, 'config');
  const root = fields.root('goldset.yaml');
  fields.unknownKeys(root, KEYS);
  const gate = fields.object(root, ['gate']) ?? {};
  fields.unknownKeys(gate, ['margin', 'minPassRate', 'maxErrors', 'repeats', 'metrics', 'classes'], ['gate']);
  const limits = fields.object(gate, ['gate', 'metrics']) ?? {};
  fields.unknownKeys(limits, GATED_METRICS, ['gate', 'metrics']);
  const classes = fields.object(gate, ['gate', 'classes']) ?? {};
  const spend = fields.object(root, ['spend']) ?? {};
  const promptCache = fields.object(root, ['promptCache']) ?? {};
  fields.unknownKeys(promptCache, ['keys', 'breakpoints', 'ttl', 'diagnostics'], ['promptCache']);
  const traffic = fields.object(root, ['traffic']) ?? {};
  const actions = fields.object(root, ['actions']) ?? {};
  const findings = fields.object(root, ['findings']) ?? {};
  fields.unknownKeys(findings, ['off'], ['findings']);
  const providers = fields.object(root, ['providers']) ?? {};
  const prompts = fields.object(root, ['prompts']) ?? {};
  const flag = (object: JsonObject, at: Path): boolean => fields.flag(object, at, false, 'it counts as false until it is fixed.') ?? false;
  const config: GoldsetConfig = {
    model: fields.string(root, ['model']),
    matrix: readMatrix(fields, fields.object(root, ['matrix']) ?? {}),
    providers: readProviders(fields, providers, DIALECT_NAMES),
    sources: readSources(fields, root),
    gate: {
      margin: fields.number(gate, ['gate', 'margin'], 0) ?? DEFAULT_GATE.margin,
      minPassRate: fields.number(gate, ['gate', 'minPassRate'], 0),
      maxErrors: fields.number(gate, ['gate', 'maxErrors'], 0) ?? DEFAULT_GATE.maxErrors,
      repeats: Math.max(1, Math.trunc(fields.number(gate, ['gate', 'repeats'], 1) ?? 1)),
      metrics: Object.fromEntries(
        GATED_METRICS.flatMap((name) => {
          const limit = fields.number(limits, ['gate', 'metrics', name], 0);
          return limit === null ? [] : [[name, limit]];
        }),
      ),
      classes: Object.fromEntries(
        Object.keys(classes).flatMap((label) => {
          const drop = fields.number(classes, ['gate', 'classes', label], 0);
          return drop === null ? [] : [[label, drop]];
        }),
      ),
    },
    spend: { perRun: fields.number(spend, ['spend', 'perRun'], 0), askAbove: fields.number(spend, ['spend', 'askAbove'], 0) },
    promptCache: {
      keys: flag(promptCache, ['promptCache', 'keys']),
      breakpoints: flag(promptCache, ['promptCache', 'breakpoints']),
      ttl: fields.oneOf(promptCache, ['promptCache', 'ttl'], ['5m', '30m', '1h', '12h']),
      diagnostics: flag(promptCache, ['promptCache', 'diagnostics']),
    },
    judge: readJudge(fields, fields.object(root, ['judge']) ?? {}),
    code: readCode(fields, fields.object(root, ['code']) ?? {}),
    actions: new Map(Object.keys(actions).flatMap((type) => readAction(fields, actions, type))),
    traffic: new Map(Object.keys(traffic).flatMap((name) => readTraffic(fields, traffic, name))),
    capture: readCapture(fields, root),
    signals: readDeclaredSignals(fields, root),
    keepRuns: readKeepRuns(fields, root),
    review: readReview(fields, root),
    feedback: root['feedback'] === undefined ? 'local' : fields.oneOf(root, ['feedback'], ['local', 'repository']),
    labelTexts: readLabelTexts(fields, root),
    title: fields.string(root, ['title']),
    prices: fields.string(root, ['prices']),
    findingsOff: fields.list(findings, ['findings', 'off']).filter((item): item is string => typeof item === 'string'),
    pipeline: fields.list(root, ['pipeline']).filter((item): item is string => typeof item === 'string'),
    prompts: new Map(
      Object.keys(prompts).flatMap((name): [string, DeclaredPrompt][] => {
        const value = prompts[name] ?? {};
        if (isJsonObject(value)) {
          const evaluators = readReplacements(fields, value, ['prompts', name]);
          const read = readDeclaredPrompt(fields, name, value);
          return [[name, evaluators.size === 0 ? read : { ...read, evaluators }]];
        }
        fields.report(
          ['prompts', name],
          `\`prompts.${name}\` must be a map, such as { model: provider:model }. {} names the prompt alone.`,
        );
        return [];
      }),
    ),
    stubs: readStubs(fields, root),
  };
  return { config, diagnostics: diagnostics.list };
}

function readJudge(fields: Fields, judge: JsonObject): JudgeConfig {
  fields.unknownKeys(judge, ['model', 'embeddings', 'prompts'], ['judge']);
  const prompts = fields.object(judge, ['judge', 'prompts']) ?? {};
  const paths = Object.keys(prompts).flatMap((name): [string, string][] => {
    const path = fields.string(prompts, ['judge', 'prompts', name]);
    return path === null ? [] : [[name, path]];
  });
  return {
    model: fields.string(judge, ['judge', 'model']),
    embeddings: fields.string(judge, ['judge', 'embeddings']),
    prompts: new Map(paths),
  };
}

function readCode(fields: Fields, code: JsonObject): CodeConfig {
  fields.unknownKeys(code, ['env', 'timeout', 'python'], ['code']);
  const python = fields.string(code, ['code', 'python']);
  return {
    env: fields.list(code, ['code', 'env']).filter((item): item is string => typeof item === 'string'),
    timeout: fields.number(code, ['code', 'timeout'], 0.1) ?? EMPTY_CONFIG.code.timeout,
    python: python ?? EMPTY_CONFIG.code.python,
    isPythonGiven: python !== null,
  };
}

function readMatrix(fields: Fields, matrix: JsonObject): GoldsetConfig['matrix'] {
  fields.unknownKeys(matrix, ['models', 'parameters'], ['matrix']);
  const models = fields.list(matrix, ['matrix', 'models']).filter((item): item is string => typeof item === 'string');
  const parameters = fields.list(matrix, ['matrix', 'parameters']).flatMap((set, i): SamplingParameters[] => {
    if (!isJsonObject(set)) {
      fields.report(['matrix', 'parameters', i], 'A set of parameters must be a mapping, such as { temperature: 0 }.');
      return [];
    }
    try {
      return [Object.fromEntries(Object.entries(set).map(([name, value]) => parameterFromText(name, JSON.stringify(value))))];
    } catch (error) {
      fields.report(['matrix', 'parameters', i], `${messageOf(error)}.`);
      return [];
    }
  });
  return { models, parameters };
}

function readAction(fields: Fields, actions: JsonObject, type: string): [string, number][] {
  const path = ['actions', type];
  const value = fields.object(actions, path);
  if (value === null) return [];
  fields.unknownKeys(value, ['costUsd'], path);
  const costUsd = fields.number(value, [...path, 'costUsd'], 0);
  if (costUsd === null) fields.report(path, `The budget of \`${type}\` needs \`costUsd\`, in US dollars per action.`);
  return costUsd === null ? [] : [[type, costUsd]];
}

function readTraffic(fields: Fields, traffic: Parameters<Fields['object']>[0], name: string): [string, Traffic][] {
  const path = ['traffic', name];
  const value = fields.object(traffic, path);
  if (value === null) return [];
  fields.unknownKeys(value, ['callsPerDay', 'action', 'callsPerAction'], path);
  const callsPerDay = fields.number(value, [...path, 'callsPerDay'], 0);
  if (callsPerDay === null) {
    fields.report(path, `The traffic of \`${name}\` needs \`callsPerDay\`.`);
    return [];
  }
  const action = fields.string(value, [...path, 'action']) ?? 'action';
  return [[name, { callsPerDay, action, callsPerAction: fields.number(value, [...path, 'callsPerAction'], 0) ?? 1 }]];
}
