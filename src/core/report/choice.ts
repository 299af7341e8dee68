/** Quality against cost against TTFT, in sentences. */
import { percent, quantity, usd } from '../figures.ts';
import type { ModelChoice } from '../compare/model-choice.ts';
import type { RunReport } from '../run/report.ts';
import { visibleControls } from '../visible-controls.ts';

export function choiceLines(choice: ModelChoice, { candidates }: RunReport): string[] {
  const name = (id: string): string => {
    const found = candidates.find((candidate) => candidate.id === id);
    const set =
      Object.keys(found?.parameters ?? {}).length > 0 && sameModelTwice(candidates, found?.model)
        ? ` ${JSON.stringify(found?.parameters)}`
        : '';
    return visibleControls(`${found?.model ?? id}${set}`);
  };
  const verdicts = choice.compared.map(({ candidate, difference, interval, cases, verdict }) => {
    const range = `${percent(interval[0])} to ${percent(interval[1])}`;
    const sentence = verdict === 'good-enough' ? 'good enough' : verdict === 'worse' ? 'worse' : 'not enough cases to tell';
    return `  ${name(candidate)}: ${sentence} (${signed(difference)} points of pass rate, 95 % interval ${range}, ${quantity(cases, 'case')})`;
  });
  const saving = choice.savesPerThousandUsd;
  return [
    `Choice of model for ${visibleControls(choice.prompt)}, compared with the most expensive, ${name(choice.mostExpensive)}`,
    ...verdicts,
    `  best trade-offs (pass rate, cost, TTFT): ${choice.front.map(name).join(', ')}`,
    choice.cheapestGoodEnough === null
      ? '  No cheaper model is known to be good enough.'
      : `  The cheapest good-enough model is ${name(choice.cheapestGoodEnough)}. It saves ${usd(saving)} per 1,000 calls.`,
    '',
  ];
}

const signed = (difference: number): string => `${difference >= 0 ? '+' : '−'}${Math.abs(difference * 100).toFixed(1)}`;

const sameModelTwice = (candidates: RunReport['candidates'], model: string | undefined): boolean =>
  candidates.filter((candidate) => candidate.model === model).length > 1;
