/** The alignment of a judge in words, for the terminal and the editor: its confusions, what was proposed, and what was measured. */
import type { AlignmentOutcome, TriedProposal } from './align-judge.ts';
import { LEAST_OUTPUTS } from './align-judge.ts';
import { percent, pText, quantity, usd } from '../../core/display/figures.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import { confusionsOf, KIND_OF_CONFUSION } from '../../core/judge/alignment/confusions.ts';
import { alphaOfLook, type JudgeMeasure } from '../../core/judge/alignment/judge-measure.ts';
import type { FoundOutputs, LabelledOutput } from '../../core/judge/alignment/labelled-outputs.ts';
import type { RateEstimate } from '../../core/statistics/corrected-rate.ts';
import { excerpt } from '../../core/text/text.ts';

/** Outputs of a confusion that are shown. */
const SHOWN = 3;

/** Of the train and dev parts: who reads the test part to edit a prompt by it, proves nothing with it. */
export function confusionLines(judge: string, { type, hash }: JudgedCriterion, found: FoundOutputs, looks: number): string {
  const open = found.outputs.filter(({ part }) => part !== 'test');
  const of = (part: LabelledOutput['part']): number => found.outputs.filter((output) => output.part === part).length;
  const head = `${judge}, ${type} ${hash.slice(0, 8)}: ${quantity(found.outputs.length, 'labelled output')} with texts (train ${of('train')}, dev ${of('dev')}, test ${of('test')})\n`;
  const seen = looks === 0 ? 'The test part has not been used yet.\n' : `The test part has been used ${quantity(looks, 'time')}.\n`;
  const confusions = confusionsOf(open);
  if (confusions.length === 0) return `${head}${seen}Judge and people agree on all outputs of train and dev.\n`;
  const parts = confusions.map(({ kind, mode, outputs }) => {
    const examples = outputs.slice(0, SHOWN).map(exampleText).join('');
    return `  ${mode ?? 'no failure mode named'}: ${quantity(outputs.length, 'output')} ${KIND_OF_CONFUSION[kind]}\n${examples}`;
  });
  return `${head}${seen}Disagreements in train and dev:\n${parts.join('')}`;
}

const exampleText = ({ item, critiques }: LabelledOutput): string =>
  `    “${excerpt(item.output, 100)}”${critiques[0] === undefined ? '' : ` (${excerpt(critiques[0], 100)})`}\n`;

export function alignmentLines(outcome: AlignmentOutcome, spentUsd: number): string {
  if (outcome.kind === 'nothing') return `${outcome.reason}\n`;
  const spent = `Spent: ${usd(spentUsd)}.\n`;
  if (outcome.kind === 'stopped') return `Stopped (${outcome.step} part). ${spent}`;
  const { before, tried, refused, chosen, proof, testOutputs } = outcome;
  const dev = [
    ...refused.map((reason) => `Not measured. ${reason}\n`),
    ...(tried.length === 0 ? ['There is no proposal that can be measured.\n'] : [`Dev, now: ${measureText(before)}\n`]),
    ...tried.map((one) => `${triedText(one)}\n`),
  ];
  if (chosen === null) return `${dev.join('')}No proposal is better on dev, so none was tried on test.\n${spent}`;
  const number = chosen.proposal.number;
  const copies =
    chosen.proposal.copies === null ? '' : `It copies a labelled text into the prompt: “${excerpt(chosen.proposal.copies, 60)}”.\n`;
  const test =
    proof === null
      ? `Proposal ${number} is the best on dev. The test part has ${quantity(testOutputs, 'output')}; ${LEAST_OUTPUTS} are needed to prove it.\n`
      : `Test, now: ${measureText(proof.before)}\nTest, proposal ${number}: ${measureText(proof.measure)}\n${proofText(proof.change, proof.look, proof.isProved)}\n`;
  return `${dev.join('')}${test}${copies}${spent}`;
}

/** Whether a proposal is proved, and by what. */
export function proofText({ fixed, broken, p }: TriedProposal['change'], look: number, proved: boolean): string {
  const counted = `It fixes ${fixed} and breaks ${broken}, p ${pText(p)}; look ${look} at this test part needs ${alphaOfLook(look).toFixed(4)}`;
  return proved ? `Proved: ${counted}.` : `Not proved: ${counted}. Label more outputs, and the test part grows.`;
}

function triedText({ proposal, measure, change }: TriedProposal): string {
  const addresses = proposal.addresses.length === 0 ? '' : ` (for ${quantity(proposal.addresses.length, 'error')})`;
  return `Dev, proposal ${proposal.number}: ${measureText(measure)}; fixes ${change.fixed}, breaks ${change.broken}\n  ${excerpt(proposal.reason, 200)}${addresses}`;
}

const measureText = ({ agreement, tpr, tnr, outputs, right, unread }: JudgeMeasure): string =>
  `right on ${right} of ${outputs} (${partRateText(agreement)}), on passes ${partRateText(tpr)}, on fails ${partRateText(tnr)}${unread === 0 ? '' : `, ${unread} without a verdict`}`;

/** A rate of one part of the labels, with its interval. */
export const partRateText = (rate: RateEstimate | null): string =>
  rate === null ? 'unknown' : `${percent(rate.value)} (${Math.round(100 * rate.low)}–${Math.round(100 * rate.high)})`;

/** One JSON object: confusions, what was measured, and the diff. */
export function alignmentJson(
  judge: string,
  criterion: JudgedCriterion,
  found: FoundOutputs,
  outcome: AlignmentOutcome | null,
  diff: string | null,
): string {
  const confusions = confusionsOf(found.outputs.filter(({ part }) => part !== 'test')).map(({ kind, mode, outputs }) => ({
    kind,
    mode,
    outputs: outputs.map(({ target, part, judged, grade }) => ({ target, part, judged, grade })),
  }));
  return JSON.stringify({ judge, criterion, confusions, outcome, diff });
}
