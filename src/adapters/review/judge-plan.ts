/** Stored interactions as a run whose answers are there already: only the judge is sent something. */
import { caseWithoutFile } from '../../core/golden/case-without-file.ts';
import { passagesOf } from '../../core/feedback/interactions/passages.ts';
import { itemOfInteraction } from '../../core/feedback/interactions/labelled-texts.ts';
import { followUpOn } from '../../core/feedback/interactions/follow-up.ts';
import { JUDGED, type FollowUp, type Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { judgedCriteria } from '../../core/judge/labels/judged-criteria.ts';
import { messageListDocument } from '../../core/prompt/message-list.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { sha256 } from '../hash.ts';
import { givenAnswer } from '../interactions/given-answer.ts';

const PATH = 'production.prompt';

/** `interactions`: with outputs. `spec`: what they are graded by. */
export function judgePlan(interactions: readonly Interaction[], spec: AssertionSpec): Plan {
  return {
    candidates: interactions.map((interaction) => {
      const { id, output } = interaction;
      const goldenCase = caseOf(interaction, spec);
      const golden = sha256(JSON.stringify([id, output, spec.type, spec.value]));
      const document = messageListDocument({
        ...{ path: PATH, name: 'production', model: null, hasPlaceholders: false },
        messages: [{ role: 'user', content: itemOfInteraction(interaction)?.input ?? '(not recorded)' }],
      });
      const target = { document, partials: [], listVariables: [], cases: [goldenCase], version: sha256(id), ref: null, golden };
      const client = givenAnswer('recorded answer', output ?? '', `given:${sha256(output ?? '')}`);
      return {
        candidate: { id: golden.slice(0, 12), target, client, parameters: {} },
        cases: [{ goldenCase, assertions: goldenCase.assertions }],
      };
    }),
    repeats: 1,
    comparisons: [],
    shard: null,
  };
}

function caseOf(interaction: Interaction, spec: AssertionSpec): GoldenCase {
  const passages = passagesOf(interaction).texts;
  return caseWithoutFile(PATH, {
    id: interaction.id,
    vars: { ...interaction.variables, ...(passages.length === 0 ? {} : { context: passages.join('\n\n') }) },
    assertions: [spec],
    // What production said stands for itself.
    literals: [['vars']],
  });
}

/** The verdict as a later line of the interaction, marked as a model's. Null: the judge gave none. `criterion`: its words. */
export function judgedFollowUp({ case: id, assertions }: Result, criterion: string, time: string): FollowUp | null {
  const [judged] = judgedCriteria(assertions);
  if (judged === undefined || judged.judge.verdict === null) return null;
  const { path, version, model, verdict, score } = judged.judge;
  const note = assertions[0]?.reason ?? null;
  return followUpOn(id, time, {
    signals: [
      {
        ...{ kind: 'operational', name: JUDGED, value: verdict, annotator: 'model', by: path, time, note },
        judge: { path, version, model, criterion: { ...judged.criterion, text: criterion }, score },
      },
    ],
  });
}
