/** goldset.cost/1 on a terminal. */
import type { CostReport, ModelCost } from '../../core/economics/cost-report.ts';
import { uncountedText } from '../../core/prompt/external.ts';
import { costRangeText, thinkingLine } from '../../core/economics/thinking/thinking-text.ts';
import { chargesText } from '../../core/economics/prices/charges.ts';
import { noteTexts } from '../../core/economics/prices/price-notes.ts';
import { staleDays } from '../../core/economics/prices/price.ts';
import { count, milliseconds, percent, quantity, usd } from '../../core/display/figures.ts';
import { stdout } from '../output.ts';

const OUTPUT_BASIS = {
  observed: 'from the last run',
  'observed-elsewhere': "from another model's run",
  golden: 'from the expected outputs',
  limit: 'the limit',
  unknown: 'measured by the first run',
} as const;

/** What a provider's own endpoint counted. */
export interface ProviderCount {
  readonly model: string;
  /** Null: the prompt's defaults. */
  readonly case: string | null;
  readonly tokens: number;
}

export function printCost(report: CostReport, counts: readonly ProviderCount[], now: Date): void {
  const { prompt, cases, counted } = report;
  const of =
    cases === 0
      ? 'no golden cases, default variables'
      : counted === cases
        ? quantity(cases, 'golden case')
        : `${counted} of ${quantity(cases, 'golden case')}`;
  const lines = [`${prompt.path} (${prompt.version.slice(0, 8)}), ${of}`];
  for (const model of report.models) lines.push('', ...modelLines(model, report, now));
  for (const { model, case: id, tokens } of counts)
    lines.push('', `${model} counts ${quantity(tokens, 'input token')} for ${id ?? 'the defaults'}.`);
  if (report.findings.length > 0) lines.push('', 'Findings');
  for (const { code, severity, message, hint, savingPerThousandUsd, savingMsPerCall } of report.findings) {
    const savings = [
      ...(savingPerThousandUsd === null ? [] : [`saves ${usd(savingPerThousandUsd)} per 1,000 calls`]),
      ...(savingMsPerCall === null ? [] : [`${milliseconds(savingMsPerCall)} per call`]),
    ];
    lines.push(`  ${severity} ${code}${savings.length > 0 ? ` (${savings.join(', ')})` : ''}`, `    ${message}`, `    ${hint}`);
  }
  stdout.write(`${lines.join('\n')}\n`);
}

function modelLines(model: ModelCost, { traffic, uncounted }: CostReport, now: Date): string[] {
  const { tokens, costPerCallUsd: cost, prefix, latency } = model;
  const missing = uncountedText(uncounted);
  const basis = tokens.basis === 'exact' ? 'exact' : `estimated, ±${percent(tokens.band)}; ${tokens.source}`;
  const band = missing === null ? basis : tokens.band === 0 ? missing : `${missing}; ${basis}`;
  const { input, answer } = tokens;
  const thinking = thinkingLine(model.reasoning);
  const range = costRangeText(cost);
  const perUnit =
    traffic === null
      ? ''
      : `, ${usd(model.perDayUsd)} a day at ${quantity(traffic.callsPerDay, 'call')}, ${usd(model.perActionUsd)} per ${traffic.action}`;
  return [
    model.model,
    `  input     ${quantity(input.p50, 'token')} (${count(input.min)}–${count(input.max)}; ${band})`,
    `  ${thinking === null ? 'output  ' : 'answer  '}  ${answer.p50 === null ? 'unknown' : `${quantity(answer.p50, 'token')}, p95 ${count(answer.p95)}`} (${OUTPUT_BASIS[answer.basis]})`,
    ...(thinking === null ? [] : [`  thinking  ${thinking}`]),
    `  prefix    ${quantity(prefix.stableTokens, 'token')} stable${prefix.band > 0 ? ` (±${count(prefix.band)})` : ''}, ${percent(prefix.share)} of the input cacheable. ${prefix.reason}`,
    ...(prefix.check === null
      ? []
      : [
          `  reported  ${quantity(prefix.check.reported, 'token')} read from the cache per call; ${count(prefix.check.predicted)} predicted${disagree(prefix.check) ? ': the prediction is wrong, so the cached costs are wrong too' : ''}`,
        ]),
    ...(prefix.invalidatedSince === null || prefix.invalidatedSince.tokens === 0
      ? []
      : [`  edited    ${quantity(prefix.invalidatedSince.tokens, 'prefix token')} changed since ${prefix.invalidatedSince.ref}`]),
    ...(model.price === null
      ? ['  cost      unknown: no price known for this model (set one with `prices:` in goldset.yaml)']
      : [
          cost.expected === null
            ? range === null
              ? `  cost      ${usd(model.inputPerCallUsd)} per call for the input; output cost unknown until the first run`
              : `  cost      ${range} per call: thinking is not measured yet`
            : `  cost      ${usd(cost.expected)} per call (cold ${usd(cost.cold)}, warm ${usd(cost.warm)}, batch ${usd(cost.batch)}); ${usd(model.perThousandUsd)} per 1,000${perUnit}`,
          ...(cost.expected === null || range === null ? [] : [`  range     ${range} per call`]),
          ...model.charges.map(
            ({ kind, usd: price }) =>
              `  besides   ${chargesText({ [kind]: 1 })}: ${price === null ? 'price unknown' : `${usd(price)} each`}; not in the cost, because their number is not known before`,
          ),
          ...(model.split === null
            ? []
            : [
                `  split     fresh ${usd(model.split.fresh)} · cache read ${usd(model.split.cacheRead)} · cache write ${usd(model.split.cacheWrite)} · output ${usd(model.split.output)}${model.split.reasoning > 0 ? ` (thinking ${usd(model.split.reasoning)})` : ''}`,
              ]),
          `  price     ${priceLine(model.price, now)}`,
        ]),
    ...(latency.ttftMs === null
      ? []
      : [
          `  latency   TTFT ${milliseconds(latency.ttftMs.p50)} (p95 ${milliseconds(latency.ttftMs.p95)}), total ${milliseconds(latency.totalMs?.p50)}, in the last run`,
        ]),
  ];
}

/** By more than a quarter, and more than a block. Tokens. */
const disagree = ({ reported, predicted }: { readonly reported: number; readonly predicted: number }): boolean =>
  Math.abs(reported - predicted) > Math.max(128, predicted / 4);

export function priceLine(price: Omit<NonNullable<ModelCost['price']>, 'service'>, now: Date): string {
  const { rates, asOf, source, basis, basedOn } = price;
  const old = staleDays(price, now);
  const rate = (value: number | null): string => (value === null ? 'as input' : `$${value}`);
  return [
    `input $${rates.input}, cache read ${rate(rates.cacheRead)}, cache write ${rate(rates.cacheWriteShort)}, output $${rates.output} per million tokens`,
    `${source}, ${asOf}${old === null ? '' : ` (${old} days old: ${basis === 'override' ? 'check them' : 'goldset models --update'})`}`,
    ...(basis === 'estimated' ? [`estimated from ${basedOn ?? 'another model'}`] : []),
    ...noteTexts(price),
  ].join('; ');
}
