/** What the sides of a reproduction send, as it is rendered. */
import type { ReproducedSide } from './reproduce-plan.ts';
import type { SentRequest } from '../../core/feedback/interactions/reproduced-differences.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import { renderDataOf } from '../../core/prompt/case-data.ts';

/** Null: the side cannot be sent, or not be rendered. */
export async function sentRequest(
  { candidate, goldenCase }: ReproducedSide,
  evaluator: Pick<Evaluator, 'render'>,
): Promise<SentRequest | null> {
  if (candidate === null || goldenCase === null) return null;
  const { document, partials } = candidate.target;
  const [outcome] = await evaluator.render({ document, partials, data: [renderDataOf(goldenCase)], segments: false });
  if (outcome === undefined || 'problem' in outcome) return null;
  const { messages, tools, output } = outcome.request;
  return { model: candidate.client.id, parameters: candidate.parameters, messages, tools, output };
}
