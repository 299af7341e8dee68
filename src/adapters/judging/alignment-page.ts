/** The alignment of a judge as a page of Markdown. Labelled texts stand in cells, where nothing in them is markup. */
import { quantity, usd } from '../../core/display/figures.ts';
import { confusionsOf, KIND_OF_CONFUSION } from '../../core/judge/alignment/confusions.ts';
import type { JudgeMeasure } from '../../core/judge/alignment/judge-measure.ts';
import type { FoundOutputs, LabelledOutput } from '../../core/judge/alignment/labelled-outputs.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import { markdownCell } from '../../core/report/markdown.ts';
import { excerpt } from '../../core/text/text.ts';
import { LEAST_OUTPUTS, type AlignmentOutcome, type TriedProposal } from './align-judge.ts';
import { partRateText, proofText } from './alignment-text.ts';

/** Outputs of a disagreement that are shown. */
const SHOWN = 3;

export interface AlignedPage {
  readonly judge: string;
  readonly criterion: JudgedCriterion;
  readonly outputs: FoundOutputs;
  /** Times that the test part was used before. */
  readonly looks: number;
  /** Null: no model is set to propose changes. */
  readonly outcome: AlignmentOutcome | null;
  readonly spentUsd: number;
}

/** Of the train and dev parts: who reads the test part to edit a prompt by it, proves nothing with it. */
export function alignmentPage({ judge, criterion, outputs, looks, outcome, spentUsd }: AlignedPage): string {
  const of = (part: LabelledOutput['part']): number => outputs.outputs.filter((output) => output.part === part).length;
  const { type, hash } = criterion;
  return [
    `# Improving ${markdownCell(judge)}`,
    '',
    `${markdownCell(type)} ${hash.slice(0, 8)}: ${quantity(outputs.outputs.length, 'labelled output')} with texts (train ${of('train')}, dev ${of('dev')}, test ${of('test')}). The test part has ${looks === 0 ? 'not been used yet' : `been used ${quantity(looks, 'time')}`}.`,
    ...leftOutLines(outputs),
    '',
    '## Where judge and people disagree',
    '',
    ...disagreements(outputs.outputs.filter(({ part }) => part !== 'test')),
    '',
    '## What was measured',
    '',
    ...(outcome === null
      ? ['No model is set to propose changes: set `judge.model` in goldset.yaml, or edit the prompt by hand.']
      : measured(outcome, spentUsd)),
    '',
  ].join('\n');
}

const leftOutLines = ({ withoutText, disputed }: FoundOutputs): string[] => [
  ...(withoutText > 0
    ? ['', `Left out: ${quantity(withoutText, 'labelled output')} whose texts the label files do not keep (\`labels.texts\`).`]
    : []),
  ...(disputed > 0 ? ['', `Left out: ${quantity(disputed, 'labelled output')} on which people disagree evenly.`] : []),
];

function disagreements(open: readonly LabelledOutput[]): string[] {
  const confusions = confusionsOf(open);
  if (confusions.length === 0) return ['They agree on all outputs of train and dev.'];
  return [
    '| failure mode | outputs of train and dev | who said what | examples |',
    '|---|---|---|---|',
    ...confusions.map(({ kind, mode, outputs }) => {
      const examples = outputs.slice(0, SHOWN).map(({ item, critiques: [critique] }) => {
        const said = markdownCell(excerpt(item.output, 100));
        return critique === undefined ? `“${said}”` : `“${said}” (${markdownCell(excerpt(critique, 100))})`;
      });
      return `| ${markdownCell(mode ?? 'none named')} | ${outputs.length} | ${KIND_OF_CONFUSION[kind]} | ${examples.join('<br>')} |`;
    }),
  ];
}

function measured(outcome: AlignmentOutcome, spentUsd: number): string[] {
  if (outcome.kind === 'nothing') return [markdownCell(outcome.reason)];
  const spent = `Spent: ${usd(spentUsd)}.`;
  if (outcome.kind === 'stopped') return [`Stopped at the ${outcome.step} part. ${spent}`];
  const { before, tried, refused, chosen, proof, testOutputs } = outcome;
  const number = chosen?.proposal.number ?? 0;
  const copies = chosen?.proposal.copies ?? null;
  return [
    ...(tried.length === 0
      ? ['There is no proposal that can be measured.']
      : [
          '| prompt | part | right | on passes | on fails | fixes | breaks |',
          '|---|---|---|---|---|---|---|',
          rowOf('now', 'dev', before, null),
          ...tried.map(({ proposal, measure, change }) => rowOf(`proposal ${proposal.number}`, 'dev', measure, change)),
          ...(proof === null
            ? []
            : [rowOf('now', 'test', proof.before, null), rowOf(`proposal ${number}`, 'test', proof.measure, proof.change)]),
          '',
          ...tried.map(
            ({ proposal }) =>
              `- Proposal ${proposal.number}: ${markdownCell(excerpt(proposal.reason, 200))}${proposal.addresses.length === 0 ? '' : ` (for ${quantity(proposal.addresses.length, 'error')})`}`,
          ),
        ]),
    ...refused.map((reason) => `- Not measured. ${markdownCell(reason)}`),
    '',
    ...(chosen === null ? ['No proposal is better on dev, so none was tried on test.'] : []),
    ...(chosen !== null && proof === null
      ? [
          `Proposal ${number} is the best on dev. The test part has ${quantity(testOutputs, 'output')}; ${LEAST_OUTPUTS} are needed to prove it.`,
        ]
      : []),
    ...(proof === null ? [] : [proofText(proof.change, proof.look, proof.isProved)]),
    ...(copies === null ? [] : ['', `It copies a labelled text into the prompt: “${markdownCell(excerpt(copies, 60))}”.`]),
    '',
    spent,
  ];
}

function rowOf(
  prompt: string,
  part: string,
  { agreement, tpr, tnr, outputs, right, unread }: JudgeMeasure,
  change: TriedProposal['change'] | null,
): string {
  const without = unread === 0 ? '' : `, ${unread} without a verdict`;
  return `| ${prompt} | ${part} | ${right} of ${outputs}, ${partRateText(agreement)}${without} | ${partRateText(tpr)} | ${partRateText(tnr)} | ${change?.fixed ?? ''} | ${change?.broken ?? ''} |`;
}
