/** Findings about the limit of the answer's length: none although it is needed, and one that thinking uses up. */
import { quantity } from '../../display/figures.ts';
import { keysOfFormat } from '../../prompt/format-keys.ts';
import { limitEatenHint } from '../thinking/limit-eaten.ts';
import { isThinkingOpen } from '../output-estimate.ts';
import { finding, type Detector, type Evidence } from './finding.ts';

/** Tokens beside half as much again that an answer may need which no run has shown: a model rarely writes it as tersely as a golden case. */
const UNSEEN = 20;
/** Share of cut-off answers from which their length says nothing about how long they would be. */
const MANY_CUT = 0.05;

/**
 * The limit that past runs or the golden cases suggest: usual thinking and 1.5× the longest usual answer, rounded up to ten
 * tokens. Null: unknown, or nothing says how long the model thinks.
 */
export function suggestedLimit({ model }: Pick<Evidence, 'model'>): number | null {
  const answer = model?.answer.p95;
  if (!model || !answer || model.answer.basis === 'limit' || isThinkingOpen(model.reasoning)) return null;
  const { observed } = model;
  if (observed !== null && observed.cut >= MANY_CUT * observed.calls && observed.cut > 0) return null;
  const limit = (model.reasoning.p95 ?? 0) + answer * 1.5 + (model.answer.basis === 'golden' ? UNSEEN : 0);
  return Math.ceil(limit / 10) * 10;
}

/** The limit that the finding's message names: the budget for output tokens where that is the reason, else what runs suggest. Null: none is known. */
export function namedLimit(evidence: Evidence): number | null {
  const budget = evidence.reading.document.settings.budget?.outputTokens ?? null;
  return budget !== null && cutBy(evidence) === 0 ? budget : suggestedLimit(evidence);
}

/** That a prompt has no limit is no finding by itself: most have none and need none. */
export const noLimit: Detector = (evidence) => {
  const { document } = evidence.reading;
  if (document.isPartial || document.parameters.maxOutputTokens !== undefined) return [];
  const why = whyLimited(evidence);
  if (why === null) return [];
  return [
    finding(evidence, 'output/no-limit', {
      range: document.model?.range ?? null,
      severity: 'info',
      message: why,
      hint: limitHint(evidence, namedLimit(evidence)),
    }),
  ];
};

/** What shows that a limit is needed; null: nothing. */
function whyLimited(evidence: Evidence): string | null {
  const { reading, model } = evidence;
  const run = model?.observed ?? null;
  const cut = cutBy(evidence);
  if (run !== null && cut > 0) {
    const where = model?.facts.sentLimit === undefined ? 'the model’s own maximum' : quantity(model.facts.sentLimit, 'token');
    return `In the last run ${cut === 1 ? 'an answer' : quantity(cut, 'answer')} of ${run.calls} went on to ${where}, and each token of it was billed.`;
  }
  const { budget } = reading.document.settings;
  if (budget?.outputTokens != null)
    return `The budget is ${quantity(budget.outputTokens, 'output token')}, and nothing stops an answer that is longer.`;
  if (budget?.costUsd != null) return 'The prompt has a budget per call, and nothing stops an answer that costs more.';
  return null;
}

/** Answers of the newest run that went on to the model's own maximum. */
function cutBy({ model }: Pick<Evidence, 'model'>): number {
  const run = model?.observed ?? null;
  return run === null || run.parameters.maxOutputTokens !== undefined ? 0 : run.cut - (model?.limitEaten ?? 0);
}

function limitHint(evidence: Evidence, limit: number | null): string {
  const { model, reading } = evidence;
  const { outputLimit } = keysOfFormat(reading.document.format);
  if (limit !== null && limit === reading.document.settings.budget?.outputTokens)
    return `Set \`${outputLimit}\` to ${limit}, the budget. It covers thinking and answer.`;
  if (limit === null) {
    return model !== null && isThinkingOpen(model.reasoning)
      ? `The limit covers thinking and answer. Run the golden set first, so that Goldset can measure the thinking; then set \`${outputLimit}\`.`
      : `Set \`${outputLimit}\`.`;
  }
  const thinking = model?.reasoning.p95 ?? 0;
  return thinking > 0
    ? `Set \`${outputLimit}\` to ${limit}: ${quantity(thinking, 'token')} of thinking (p95) and 1.5× the longest usual answer.`
    : `Set \`${outputLimit}\` to ${limit}, 1.5× the longest usual answer.`;
}

/** Thinking takes nearly all of the limit, so the answer is empty or cut off. */
export const limitEaten: Detector = (evidence) => {
  const { model } = evidence;
  if (model === null || model.limitEaten === 0) return [];
  const { facts, limitEaten: eaten, observed } = model;
  const { document } = evidence.reading;
  const { reasoningEffort, outputLimit } = keysOfFormat(document.format);
  const at = model.reasoning.effort === null ? '' : ` at effort ${model.reasoning.effort}`;
  return [
    finding(evidence, 'output/limit-eaten-by-thinking', {
      range: document.model?.range ?? null,
      severity: 'warning',
      message: `In the last run, thinking${at} used up the output limit of ${eaten} of ${quantity(observed?.calls ?? eaten, 'answer')}, so ${eaten === 1 ? 'it is' : 'they are'} empty or cut off.`,
      hint: `${limitEatenHint(reasoningEffort, outputLimit)} Compare Efforts (or \`goldset run --param reasoningEffort=low,medium,high\`) shows which effort of ${facts.id} passes.`,
    }),
  ];
};
