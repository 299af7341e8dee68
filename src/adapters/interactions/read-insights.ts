/** What production says, from the interactions of a workspace: goldset.insights/1. Only lines that are new since the last time are read. */
import type { DeclaredSignals } from '../../core/config/declared-signals.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { InsightKind, Insights, InsightsRead, KeptDay } from '../../core/feedback/insights/insights.ts';
import { cacheRollup, type CacheRollup } from '../../core/feedback/insights/caches/cache-rollup.ts';
import type { RollupKind } from '../../core/feedback/insights/rollup.ts';
import type { Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { AttributeCell } from '../../core/feedback/insights/signals/signal-attributes.ts';
import { signalInsight } from '../../core/feedback/insights/signals/signal-insight.ts';
import { lowScoresOf, signalRollup } from '../../core/feedback/insights/signals/signal-rollup.ts';
import type { AlertRules } from '../../core/feedback/insights/units/unit-alerts.ts';
import { ATTRIBUTE_GROUPS, OTHER_VALUES } from '../../core/feedback/insights/units/unit-attributes.ts';
import type { UnitCell } from '../../core/feedback/insights/units/unit-cells.ts';
import { unitInsights, type Grouping } from '../../core/feedback/insights/units/unit-insight.ts';
import { unitRollup, type UnitRollup } from '../../core/feedback/insights/units/unit-rollup.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { refuseBrokenSettings, requirePrices } from '../models/price-file.ts';
import { InteractionFiles } from './interaction-files.ts';
import { RollupFiles, type DayState } from './rollup-files.ts';
import { RollupStore, type SummedDays } from './rollup-store.ts';
import { SharedFeedbackFiles } from './shared-feedback-files.ts';
import { openWorkspace, type Workspace } from '../workspace/root.ts';
import { InteractionModels } from './interaction-models.ts';

export interface InsightsJob {
  /** The folder whose goldset.yaml and `.goldset` count. */
  readonly root: string;
  /** With settings that an editor may not have saved; absent: as it is on disk. */
  readonly workspace?: Workspace;
  readonly kinds: readonly InsightKind[];
  readonly by: Grouping | { readonly attribute: string };
  /** A day such as 2026-11-01; null: all that is stored. */
  readonly since: string | null;
  readonly rules: AlertRules;
  /** The best chunk's score below which retrieval has found nothing; null: scores do not say. */
  readonly lowScore: number | null;
  /** Absent: sums are kept for the next time. */
  readonly isKept?: boolean;
  /** Days of a store instead of the files of this machine, and where its sums are kept. */
  readonly source?: { readonly days: SummedDays; readonly stored: RollupFiles };
}

/** @throws {HumanError} when goldset.yaml or its price file is broken, and when another process does not come to an end with the same sums. */
export async function readInsights({
  root,
  workspace,
  kinds,
  by,
  since,
  rules,
  lowScore,
  isKept = true,
  source,
}: InsightsJob): Promise<InsightsRead> {
  const settings = workspace ?? (await openWorkspace(root));
  // Budgets of actions and prices decide what is reported.
  refuseBrokenSettings(settings);
  const { config, diagnostics } = settings;
  const models = new InteractionModels(root, config, requirePrices(root, config));
  const sums = sumsWith(models, config.signals);
  const wanted = {
    ...(kinds.includes('units') ? { units: sums.units } : {}),
    ...(kinds.includes('cache') ? { cache: sums.cache } : {}),
    ...(kinds.includes('signals') ? { signals: signalRollup({ lowScore }, config.signals) } : {}),
  };
  const store =
    source === undefined ? new RollupStore(new InteractionFiles(root), isKept) : new RollupStore(source.days, isKept, source.stored);
  const shared = new SharedFeedbackFiles(root).read();
  const after = shared.followUps.map((followUp) => ({ followUp }));
  const { rollups, days, refused, notKept, problems } = await store.advance(wanted, sums.before, after);
  // A change is looked for in all days, whatever is shown.
  const signalCells = rollups.signals?.byAttribute() ?? [];
  const signals =
    rollups.signals === undefined
      ? null
      : signalInsight(rollups.signals.list(null), since, { cells: signalCells, by: typeof by === 'string' ? null : by.attribute });
  const cells = rollups.units?.cells(null) ?? null;
  for (const model of new Set(cells?.flatMap(({ byModel }) => [...byModel.keys()]))) await models.load(model);
  const byAttribute = rollups.units?.byAttribute() ?? new Map<string, readonly UnitCell[]>();
  const units =
    cells === null
      ? null
      : unitInsights(cells, { by, byAttribute, since, rules, budgets: config.actions, shapeOf: (model) => models.shapeOf(model) });
  const insights: Insights = {
    schema: 'goldset.insights/1',
    ...windowOf([...days].flatMap(([day, state]) => (since === null || day >= since ? [state] : []))),
    keptDays: keptDaysOf(days, since),
    units: units?.units ?? null,
    cache: rollups.cache?.insight(since) ?? null,
    signals: signals?.rates ?? null,
    worse: signals?.worse ?? null,
    changed: signals?.changed ?? null,
    tested: { actions: units?.tested ?? null, signals: signals?.tested ?? null, scores: signals?.testedScores ?? null },
  };
  const notes = [
    ...problems,
    ...attributeNotes(by, valuesOfAttributes(byAttribute, signalCells)),
    ...keptNotes(insights.keptDays),
    ...diagnostics.map(({ message }) => `goldset.yaml: ${message}`),
    ...(refused.count > 0
      ? [
          `${quantity(refused.count, 'line skipped: not a valid interaction', 'lines skipped: not valid interactions')} (first: ${refused.first ?? ''})`,
        ]
      : []),
    ...(shared.refused.count > 0
      ? [`${quantity(shared.refused.count, 'line of feedback', 'lines of feedback')} skipped (first: ${shared.refused.first ?? ''})`]
      : []),
    ...((signals?.left ?? 0) > 0
      ? [`${count(signals?.left ?? 0)} rare signals are left out: a prompt has too many different signals.`]
      : []),
    ...(notKept !== null ? [`The aggregates could not be saved, so everything is read again next time: ${notKept}`] : []),
  ];
  return { insights, notes, notKept };
}

/** By name, of actions and of calls with their signals. */
function valuesOfAttributes(units: ReadonlyMap<string, readonly UnitCell[]>, signals: readonly AttributeCell[]): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  const add = (name: string, value: string): unknown => values.set(name, (values.get(name) ?? new Set()).add(value));
  for (const [name, cells] of units) for (const { version } of cells) add(name, version ?? '');
  for (const { attribute, value } of signals) add(attribute, value);
  return values;
}

/** What grouping by an attribute cannot tell. */
function attributeNotes(by: InsightsJob['by'], recorded: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  if (typeof by === 'string') return [];
  const values = recorded.get(by.attribute);
  if (values === undefined) {
    const known = recorded.size === 0 ? 'No attribute is recorded.' : `Recorded attributes: ${[...recorded.keys()].join(', ')}.`;
    return [`No call has the attribute "${by.attribute.slice(0, 60)}". ${known} Up to ${ATTRIBUTE_GROUPS.names} are added up.`];
  }
  return values.has(OTHER_VALUES)
    ? [
        `${by.attribute} has more than ${ATTRIBUTE_GROUPS.values} values: the first ones are counted apart, and the rest as ${OTHER_VALUES}.`,
      ]
    : [];
}

/** Adds up everything that is stored, so that its sums outlive it. @throws as `readInsights`, and {HumanError} when the sums cannot be saved. */
export async function addUp(root: string): Promise<void> {
  const settings = await openWorkspace(root);
  refuseBrokenSettings(settings);
  const { config } = settings;
  const { units, cache, before } = sumsWith(new InteractionModels(root, config, requirePrices(root, config)), config.signals);
  // A low score is a setting of a look at the signals: there are sums for each that was used.
  const lowScores = [null, ...lowScoresOf(new RollupFiles(root).list())];
  const signals = Object.fromEntries(
    lowScores.map((lowScore) => [`signals ${lowScore ?? ''}`, signalRollup({ lowScore }, config.signals)]),
  );
  const { notKept } = await new RollupStore(new InteractionFiles(root)).advance({ units, cache, ...signals }, before);
  if (notKept !== null) throw new HumanError('insights/not-saved', `The sums cannot be saved: ${notKept}`);
}

/** Sums that depend on what is known of models; `before` loads what a line needs. */
function sumsWith(models: InteractionModels, declared: DeclaredSignals): SumsOfModels {
  const priceOf = (interaction: Interaction): number | null => models.costOf(interaction);
  return {
    units: unitRollup(models.name, priceOf),
    cache: cacheRollup(models.name, priceOf, (model) => models.cachingOf(model), declared),
    before: (line) => ('interaction' in line ? models.load(line.interaction.model) : null),
  };
}

interface SumsOfModels {
  readonly units: RollupKind<UnitRollup>;
  readonly cache: RollupKind<CacheRollup>;
  readonly before: (line: StoredLine) => Promise<void> | null;
}

function keptDaysOf(days: ReadonlyMap<string, DayState>, since: string | null): KeptDay[] {
  return [...days]
    .flatMap(([day, { kept, interactions }]) =>
      kept === undefined || (since !== null && day < since) ? [] : [{ day, reason: kept, interactions }],
    )
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** What cannot be calculated again is said. */
function keptNotes(days: readonly KeptDay[]): string[] {
  return (['deleted', 'damaged'] as const).flatMap((reason) => {
    const of = days.filter((item) => item.reason === reason);
    const [first] = of;
    if (first === undefined) return [];
    const span = of.length === 1 ? first.day : `${first.day} to ${of.at(-1)?.day ?? ''}`;
    const interactions = of.reduce((sum, item) => sum + item.interactions, 0);
    return [
      `The interactions of ${quantity(of.length, 'day')} (${span}) are ${reason}. The sums keep what was counted of them ` +
        `(${quantity(interactions, 'interaction')}), at the prices of that time.`,
    ];
  });
}

function windowOf(days: readonly DayState[]): Pick<Insights, 'window' | 'interactions'> {
  const from = days.flatMap(({ first }) => first ?? []).sort()[0];
  const to = days
    .flatMap(({ last }) => last ?? [])
    .sort()
    .at(-1);
  const interactions = days.reduce((sum, day) => sum + day.interactions, 0);
  return { window: from === undefined || to === undefined ? null : { from, to }, interactions };
}
