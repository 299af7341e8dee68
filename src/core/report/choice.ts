/** Quality against cost, TTFT and thinking, in sentences. */
import { count, milliseconds, percent, quantity, usd } from '../display/figures.ts';
import { effortOf } from '../economics/parameter-fit.ts';
import type { ModelChoice } from '../compare/model-choice.ts';
import type { CandidateReport } from '../results/candidate-report.ts';
import type { RunReport } from '../run/report.ts';
import { visibleControls } from '../display/visible-controls.ts';

export function choiceLines(choice: ModelChoice, { candidates }: Pick<RunReport, 'candidates'>): string[] {
  const name = (id: string): string => nameIn(choice, candidates, id);
  const verdicts = choice.compared.map(({ candidate, difference, interval, cases, verdict }) => {
    const range = `${percent(interval[0])} to ${percent(interval[1])}`;
    const sentence = verdict === 'good-enough' ? 'good enough' : verdict === 'worse' ? 'worse' : 'not enough cases to tell';
    return `  ${name(candidate)}: ${sentence} (${signed(difference)} points of pass rate, 95 % interval ${range}, ${quantity(cases, 'case')})`;
  });
  const compared = new Set([choice.mostExpensive, ...choice.compared.map(({ candidate }) => candidate)]);
  return [
    `Choice of ${choice.by} for ${visibleControls(choice.prompt)}, compared with the most expensive, ${name(choice.mostExpensive)}`,
    ...(choice.by === 'effort' ? candidates.filter(({ id }) => compared.has(id)).map((one) => `  ${figuresOf(one, name(one.id))}`) : []),
    ...verdicts,
    `  best trade-offs (pass rate, cost, TTFT): ${choice.front.map(name).join(', ')}`,
    `  ${choiceSentence(choice, { candidates })}`,
    '',
  ];
}

/** The decision alone: `The cheapest good-enough effort is low. It saves $0.41 per 1,000 calls.` */
export function choiceSentence(choice: ModelChoice, { candidates }: Pick<RunReport, 'candidates'>): string {
  const { by, cheapestGoodEnough: cheapest } = choice;
  if (cheapest === null) return `No cheaper ${by} is known to be good enough.`;
  const passed = candidates.find(({ id }) => id === cheapest)?.passRate ?? null;
  const quality = by === 'effort' ? ` (${percent(passed)} passed)` : '';
  return `The cheapest good-enough ${by} is ${nameIn(choice, candidates, cheapest)}${quality}. It saves ${usd(choice.savesPerThousandUsd)} per 1,000 calls.`;
}

function nameIn({ by }: ModelChoice, candidates: RunReport['candidates'], id: string): string {
  const found = candidates.find((candidate) => candidate.id === id);
  if (by === 'effort' && found !== undefined) return visibleControls(effortOf(found.parameters) ?? 'the model’s own effort');
  const set =
    Object.keys(found?.parameters ?? {}).length > 0 && sameModelTwice(candidates, found?.model)
      ? ` ${JSON.stringify(found?.parameters)}`
      : '';
  return visibleControls(`${found?.model ?? id}${set}`);
}

/** `low: 95 % passed, $0.0012 per call, TTFT 410 ms, thinking 120 tokens (p95 300)`. */
function figuresOf({ passRate, costPerCallUsd, ttftMs, reasoningTokens }: CandidateReport, name: string): string {
  const thinking = reasoningTokens === null ? 'unknown' : `${quantity(reasoningTokens.p50, 'token')} (p95 ${count(reasoningTokens.p95)})`;
  return `${name}: ${percent(passRate)} passed, ${usd(costPerCallUsd)} per call, TTFT ${milliseconds(ttftMs?.p50)}, thinking ${thinking}`;
}

const signed = (difference: number): string => `${difference >= 0 ? '+' : '−'}${Math.abs(difference * 100).toFixed(1)}`;

const sameModelTwice = (candidates: RunReport['candidates'], model: string | undefined): boolean =>
  candidates.filter((candidate) => candidate.model === model).length > 1;
