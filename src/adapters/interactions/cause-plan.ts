/** Whether the passages of a call support its correction, as a run whose answers are there already: the judge alone is sent something. */
import { caseWithoutFile } from '../../core/golden/case-without-file.ts';
import { correctionIn } from '../../core/feedback/interactions/interaction-query.ts';
import type { CaseCause } from '../../core/feedback/interactions/case-from-interaction.ts';
import { passagesOf } from '../../core/feedback/interactions/passages.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { messageListDocument } from '../../core/prompt/message-list.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { sha256 } from '../hash.ts';
import { givenAnswer } from './given-answer.ts';

/** `interactions`: corrected ones with passages. */
export function causePlan(interactions: readonly Interaction[]): Plan {
  const target = targetOf(interactions);
  const client = givenAnswer('recorded passages', '-', 'given:passages');
  return {
    candidates: [
      {
        candidate: { id: sha256(`causes ${target.golden}`).slice(0, 12), target, client, parameters: {} },
        cases: target.cases.map((goldenCase) => ({ goldenCase, assertions: goldenCase.assertions })),
      },
    ],
    repeats: 1,
    comparisons: [],
    shard: null,
  };
}

/** Null: the judge could not tell, and `problem` says why. */
export function causeIn({ verdict, assertions, error }: Result): { readonly cause: CaseCause | null; readonly problem: string | null } {
  const [recall] = assertions;
  if (recall === undefined || (verdict !== 'pass' && verdict !== 'fail'))
    return { cause: null, problem: error?.message ?? 'The judge did not decide.' };
  const { judge } = recall;
  const by = judge === undefined ? null : `${judge.prompt}@${judge.version.slice(0, 12)} with ${judge.model}`;
  return { cause: { cause: verdict === 'pass' ? 'prompt' : 'retrieval', basis: 'judged', by, reason: recall.reason }, problem: null };
}

const PATH = 'recorded-passages.prompt';

function targetOf(interactions: readonly Interaction[]): RunTarget {
  return {
    document: documentOf('Do these passages support the correction?'),
    partials: [],
    listVariables: [],
    cases: interactions.map(caseOf),
    version: sha256('recorded-passages'),
    ref: null,
    golden: sha256(interactions.map(({ id }) => id).join('\n')),
  };
}

function caseOf(interaction: Interaction): GoldenCase {
  return caseWithoutFile(PATH, {
    id: interaction.id,
    vars: { context: passagesOf(interaction).texts.join('\n\n') },
    assertions: [{ type: 'context-recall', value: correctionIn(interaction)?.text ?? '', verbatim: [[]] }],
    // What an application retrieved stands for itself.
    literals: [['vars']],
  });
}

/** A prompt of one fixed text. */
const documentOf = (content: string): PromptDocument =>
  messageListDocument({
    path: PATH,
    name: 'recorded passages',
    model: null,
    messages: [{ role: 'user', content }],
    hasPlaceholders: false,
  });
