/** A prompt's economics in words: for lens, hover, status bar and reports. Numbers carry units and where they come from. */
import type { CostReport, ModelCost } from '../../core/economics/cost-report.ts';
import { uncountedText } from '../../core/prompt/external.ts';
import { costRangeText, thinkingLine, thinkingMark } from '../../core/economics/thinking/thinking-text.ts';
import { noteTexts } from '../../core/economics/prices/price-notes.ts';
import { staleDays } from '../../core/economics/prices/price.ts';
import { count, milliseconds, percent, quantity, usd } from '../../core/display/figures.ts';

/** `~1,240 in (83 % cacheable) + ~180 out + ~300 thinking · $0.0021/call · $0.0027/ticket`. */
export function lensText(model: ModelCost, { traffic, uncounted }: Pick<CostReport, 'traffic' | 'uncounted'>): string {
  const { tokens, prefix } = model;
  const about = tokens.basis === 'exact' ? '' : '~';
  const cacheable = prefix.cacheable ? ` (${Math.round(prefix.share * 100)} % cacheable)` : '';
  const output = `${tokens.answer.p50 === null ? '? out' : `~${count(tokens.answer.p50)} out`}${thinkingMark(model.reasoning)}`;
  const unit = traffic === null || model.perActionUsd === null ? '' : ` · ${usd(model.perActionUsd)}/${traffic.action}`;
  const tools = uncounted.filter(({ kind }) => kind === 'tool').length;
  const missing = tools > 0 ? ` + ${quantity(tools, 'tool')} not counted` : uncounted.length > 0 ? ' + what the code adds' : '';
  return `${about}${count(tokens.input.p50)} in${cacheable}${missing} + ${output} · ${priceText(model)}${unit}`;
}

/** `$0.0021/call`, or what of it is known. Of a scripted model it `would cost` that: no call is paid. */
export function priceText(model: ModelCost): string {
  const { price } = model;
  if (price === null) return 'price unknown';
  return price.basis === 'scripted' ? `would cost ${amountText(model, price.basis)}` : amountText(model, price.basis);
}

function amountText({ costPerCallUsd, inputPerCallUsd }: ModelCost, basis: string): string {
  const { high } = costPerCallUsd;
  if (costPerCallUsd.expected === null && high !== null) return `up to ${usd(high)}/call`;
  if (costPerCallUsd.expected === null) return inputPerCallUsd === null ? 'cost unknown' : `${usd(inputPerCallUsd)}/call + output`;
  return `${basis === 'estimated' ? '~' : ''}${usd(costPerCallUsd.expected)}/call`;
}

/** `cacheable up to here: 24 tokens (needs 1,024)`. */
export function prefixNote({ stableTokens, minimum, cacheable }: ModelCost['prefix']): string {
  const why = cacheable ? '' : minimum !== null && stableTokens < minimum ? ` (needs ${count(minimum)})` : ' (not cached)';
  return `cacheable up to here: ${quantity(stableTokens, 'token')}${why}`;
}

/** Markdown of all that is known about one model's cost. Names from files are code, so that none becomes markup. */
export function costMarkdown(report: CostReport, model: ModelCost, now: Date): string {
  const { tokens, costPerCallUsd: cost, split, prefix, latency } = model;
  const { traffic } = report;
  const thinking = thinkingLine(model.reasoning);
  const range = costRangeText(cost);
  const counted = tokens.basis === 'exact' ? 'exact' : `estimated ± ${percent(tokens.band)}; ${tokens.source}`;
  const missing = uncountedText(report.uncounted);
  const basis = missing === null ? counted : tokens.band === 0 ? missing : `${missing}; ${counted}`;
  const rows: [string, string][] = [
    [
      'Input',
      report.counted === 0
        ? `${quantity(tokens.input.p50, 'token')} without golden cases (${basis})`
        : `${quantity(tokens.input.p50, 'token')}, ${count(tokens.input.min)} to ${count(tokens.input.max)} over ${quantity(report.counted, 'golden case')} (${basis})`,
    ],
    [
      thinking === null ? 'Output' : 'Answer',
      tokens.answer.p50 === null
        ? 'unknown until the first run'
        : `${quantity(tokens.answer.p50, 'token')}, p95 ${count(tokens.answer.p95)} (${OUTPUT[tokens.answer.basis]})`,
    ],
    ...(thinking === null ? [] : [['Thinking', thinking] as [string, string]]),
    ['Prefix', `${quantity(prefix.stableTokens, 'token')} are the same in every call. ${prefix.reason}`],
    ...(prefix.check === null
      ? []
      : [
          [
            'Reported',
            `${quantity(prefix.check.reported, 'token')} read from the cache per call, ${count(prefix.check.predicted)} predicted${agrees(prefix.check) ? '' : ': they disagree'}`,
          ] as [string, string],
        ]),
    ...(prefix.invalidatedSince === null || prefix.invalidatedSince.tokens === 0
      ? []
      : [
          ['Edited', `${quantity(prefix.invalidatedSince.tokens, 'prefix token')} changed since ${prefix.invalidatedSince.ref}`] as [
            string,
            string,
          ],
        ]),
    [
      'Cost per call',
      model.price === null
        ? 'price unknown'
        : cost.expected === null
          ? range === null
            ? `${priceText(model)}: output unknown until the first run`
            : `${range}: thinking is not measured yet`
          : `${usd(cost.expected)} (cold ${usd(cost.cold)}, warm ${usd(cost.warm)}, batch ${usd(cost.batch)})`,
    ],
    ...(split === null
      ? []
      : [
          [
            'Split',
            `fresh ${usd(split.fresh)} · cache read ${usd(split.cacheRead)} · cache write ${usd(split.cacheWrite)} · output ${usd(split.output)}${split.reasoning > 0 ? ` (thinking ${usd(split.reasoning)})` : ''}`,
          ] as [string, string],
        ]),
    ...(model.perThousandUsd === null ? [] : [['Per 1,000 calls', usd(model.perThousandUsd)] as [string, string]]),
    ...(traffic === null || model.perActionUsd === null
      ? []
      : [
          [
            `Per ${traffic.action}`,
            `${usd(model.perActionUsd)}; ${usd(model.perDayUsd)} a day at ${quantity(traffic.callsPerDay, 'call')}`,
          ] as [string, string],
        ]),
    ...(latency.ttftMs === null
      ? []
      : [
          [
            'Latency',
            `TTFT ${milliseconds(latency.ttftMs.p50)}, p95 ${milliseconds(latency.ttftMs.p95)}; total ${milliseconds(latency.totalMs?.p50)}, in the last run`,
          ] as [string, string],
        ]),
    ['Price', priceOrigin(model, now)],
  ];
  return ['| | |', '|---|---|', ...rows.map(([name, text]) => `| ${hoverTableCell(name)} | ${hoverTableCell(text)} |`)].join('\n');
}

const OUTPUT = {
  observed: 'from the last run',
  'observed-elsewhere': "from another model's run",
  golden: 'from the expected outputs',
  limit: 'the limit',
  unknown: 'unknown',
} as const;

/** Within a tenth of what was predicted. */
const agrees = ({ reported, predicted }: { readonly reported: number; readonly predicted: number }): boolean =>
  Math.abs(reported - predicted) <= Math.max(128, predicted * 0.1);

export function priceOrigin({ price }: ModelCost, now: Date): string {
  if (price === null) return 'unknown for this model; set one with `prices:` in goldset.yaml';
  const old = staleDays(price, now);
  const guess = price.basis === 'estimated' ? `, estimated from ${price.basedOn ?? 'another model'}` : '';
  const age = old === null ? '' : ` (${old} days old)`;
  return [`${price.source}, ${price.asOf}${guess}${age}`, ...noteTexts(price)].join('; ');
}

/** Text of a table cell: nothing in it is markup. */
export const hoverTableCell = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&').replace(/\s+/g, ' ');
