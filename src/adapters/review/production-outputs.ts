/** Outputs of production that a review may be of, with what a judge and users say of them. */
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { joined } from '../../core/feedback/interactions/interaction-query.ts';
import { JUDGED, type Interaction, type Signal } from '../../core/feedback/interactions/interaction.ts';
import { itemOfInteraction } from '../../core/feedback/interactions/labelled-texts.ts';
import { isGood } from '../../core/feedback/signals/signal-meaning.ts';
import { keptItem } from '../../core/judge/labels/new-label.ts';
import type { LabelledItem } from '../../core/judge/labels/label-record.ts';
import type { WorkerEvaluator } from '../evaluation/worker-evaluator.ts';
import { sha256 } from '../hash.ts';
import type { JudgedOutput } from './judged-output.ts';

/** Interactions of a search: the reader finds no more. */
const MOST = 50_000;
/** Records that are in memory together. */
const SLICE = 1000;

export interface ProductionRead {
  readonly root: string;
  readonly config: GoldsetConfig;
  readonly evaluator: WorkerEvaluator;
}

/** Those with an output. `since`: ISO 8601; null: from the filter's first day on. */
export async function productionOutputs(
  read: ProductionRead,
  filter: InteractionFilter,
  since: string | null,
): Promise<{ readonly outputs: readonly JudgedOutput[]; readonly isWhole: boolean }> {
  const { rows, isWhole } = await foundRows(read, filter);
  const recent = since === null ? rows : rows.filter(({ time }) => time >= since);
  const signals = new Map(recent.map((row) => [row.key.id, row.signals]));
  const outputs: JudgedOutput[] = [];
  for (let from = 0; from < recent.length; from += SLICE)
    for (const interaction of await recordsOf(
      read,
      recent.slice(from, from + SLICE).map(({ key }) => key),
    ))
      outputs.push(...outputOf(interaction, signals.get(interaction.id) ?? [], read.config));
  return { outputs, isWhole };
}

/** The texts of interactions, as they are stored; those that are gone are left out. */
export async function textsOfInteractions(
  read: ProductionRead,
  ids: ReadonlySet<string>,
  filter: InteractionFilter,
): Promise<ReadonlyMap<string, LabelledItem>> {
  const { rows } = await foundRows(read, filter);
  const keys = rows.filter(({ key }) => ids.has(key.id)).map(({ key }) => key);
  const texts = new Map<string, LabelledItem>();
  for (const interaction of await recordsOf(read, keys)) {
    const item = itemOfInteraction(interaction);
    if (item !== null) texts.set(interaction.id, item);
  }
  return texts;
}

interface FoundRows {
  readonly rows: readonly { readonly key: InteractionKey; readonly time: string; readonly signals: readonly string[] }[];
  readonly isWhole: boolean;
}

async function foundRows({ root, config, evaluator }: ProductionRead, filter: InteractionFilter): Promise<FoundRows> {
  const job = { root, declared: config.signals, isKept: true };
  const found = await evaluator.interactions({ ...job, query: { kind: 'find', filter, from: 0, to: MOST } });
  return found?.kind === 'found' ? { rows: found.rows, isWhole: found.isDone && found.rows.length < MOST } : { rows: [], isWhole: true };
}

async function recordsOf({ root, config, evaluator }: ProductionRead, keys: readonly InteractionKey[]): Promise<Interaction[]> {
  if (keys.length === 0) return [];
  const answer = await evaluator.interactions({ root, declared: config.signals, isKept: true, query: { kind: 'records', keys } });
  const records = answer?.kind === 'records' ? answer.records : [];
  return records.flatMap((record) => (record === null ? [] : [joined(record.interaction, record.followUps)]));
}

/** `counted`: what its signals are counted as. */
function outputOf(interaction: Interaction, counted: readonly string[], { labelTexts }: GoldsetConfig): JudgedOutput[] {
  const { output, prompt, id, signals } = interaction;
  if (output === null || output === '') return [];
  const target = { interaction: id, run: null, case: null, repeat: null, hash: sha256(output) };
  const said = new Set(counted.map(isGood));
  return [
    {
      target,
      prompt: prompt?.name ?? null,
      item: keptItem(itemOfInteraction(interaction), target, labelTexts),
      verdicts: signals.filter(isVerdict).map(({ judge, value }) => ({ ...judge, verdict: value })),
      // A complaint counts, whatever else was said.
      feedback: said.has(false) ? 'bad' : said.has(true) ? 'good' : null,
    },
  ];
}

const isVerdict = (signal: Signal): signal is Signal & Required<Pick<Signal, 'judge'>> & { readonly value: 'pass' | 'fail' } =>
  signal.name === JUDGED &&
  signal.annotator === 'model' &&
  signal.judge !== undefined &&
  (signal.value === 'pass' || signal.value === 'fail');
