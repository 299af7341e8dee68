/** Stored interactions as a run whose answers are there already: only the judge is sent something. */
import { caseWithoutFile } from '../../core/golden/case-without-file.ts';
import { passagesOf } from '../../core/feedback/interactions/passages.ts';
import { itemOfInteraction } from '../../core/feedback/interactions/labelled-texts.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { messageListDocument } from '../../core/prompt/message-list.ts';
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
