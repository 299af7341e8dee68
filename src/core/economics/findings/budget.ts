/** Findings against what the prompt declares: its budget, and how its answers are used. */
import { count, milliseconds, quantity, usd } from '../../display/figures.ts';
import { keysOfFormat } from '../../prompt/format-keys.ts';
import { isThinkingOpen } from '../output-estimate.ts';
import { finding, outputSaving, outputTime, type Detector } from './finding.ts';

export const costBudget: Detector = (evidence) => {
  const limit = evidence.reading.document.settings.budget?.costUsd ?? null;
  const cost = evidence.model?.cost.costPerCallUsd.expected ?? null;
  if (limit === null || cost === null || cost <= limit) return [];
  return [
    finding(evidence, 'budget/cost', {
      severity: 'warning',
      message: `A call costs ${usd(cost)}, over the budget of ${usd(limit)}.`,
      hint: "Show Cost Breakdown shows what the money is spent on. Compare Models' Cost shows what another model would cost.",
      savingPerThousandUsd: (cost - limit) * 1000,
    }),
  ];
};

/** ms to the first token that a user of such a prompt waits without noticing (DESIGN §5: `interaction` sets defaults). */
const PATIENCE = { autocomplete: 300, chat: 1000 } as const;

export const ttftBudget: Detector = (evidence) => {
  const limit = evidence.reading.document.settings.budget?.ttftMs ?? null;
  const p95 = evidence.model?.observed?.ttftMs?.p95 ?? null;
  if (limit === null || p95 === null || p95 <= limit) return [];
  return [
    finding(evidence, 'budget/ttft', {
      severity: 'warning',
      message: `In the last run the first token took ${milliseconds(p95)} (p95), over the budget of ${milliseconds(limit)}.`,
      hint: 'To get it sooner, cache the prefix, shorten the input or use a smaller model.',
      savingMsPerCall: p95 - limit,
    }),
  ];
};

export const outputBudget: Detector = (evidence) => {
  const limit = evidence.reading.document.settings.budget?.outputTokens ?? null;
  const { model } = evidence;
  // While thinking is not measured, the answer alone may be over the budget.
  const estimate = model !== null && isThinkingOpen(model.reasoning) && model.output.p95 === null ? model.answer : model?.output;
  const p95 = estimate?.p95 ?? null;
  if (limit === null || p95 === null || p95 <= limit || model === null || !estimate) return [];
  const thinking = model.reasoning.p95 ? `, ${quantity(model.reasoning.p95, 'token')} of thinking included` : '';
  const spare = Math.max(0, (estimate.mean ?? 0) - limit);
  const { outputLimit, reasoningEffort } = keysOfFormat(evidence.reading.document.format);
  return [
    finding(evidence, 'budget/output-tokens', {
      severity: 'warning',
      message: `Answers have ${quantity(p95, 'token')} at p95 (${BASIS[estimate.basis]}${thinking}), over the budget of ${count(limit)}.`,
      hint:
        thinking === ''
          ? `Ask for shorter answers, or set \`${outputLimit}\`.`
          : `Set a lower \`${reasoningEffort}\`, or ask for shorter answers.`,
      savingPerThousandUsd: spare > 0 ? outputSaving(model, spare) : null,
      savingMsPerCall: outputTime(model, p95 - limit),
    }),
  ];
};

const BASIS = {
  observed: 'from the last run',
  'observed-elsewhere': "from another model's run",
  golden: 'from what the golden cases expect',
  limit: 'from the limit',
  unknown: 'unknown',
} as const;

export const tooSlow: Detector = (evidence) => {
  const budget = evidence.reading.document.settings.budget;
  const interaction = budget?.interaction ?? null;
  const p95 = evidence.model?.observed?.ttftMs?.p95 ?? null;
  if (interaction === null || interaction === 'background' || budget?.ttftMs != null || p95 === null) return [];
  const limit = PATIENCE[interaction];
  if (p95 <= limit) return [];
  return [
    finding(evidence, 'model/too-slow', {
      severity: 'warning',
      message: `The first token took ${milliseconds(p95)} (p95) in the last run; ${interaction === 'chat' ? 'a chat' : 'autocompletion'} should start within ${milliseconds(limit)}.`,
      hint: 'Try a smaller model with the same golden cases, or set `ttftMs` to how long your users wait.',
      savingMsPerCall: p95 - limit,
    }),
  ];
};

export const batchEligible: Detector = (evidence) => {
  if (evidence.reading.document.settings.budget?.interaction !== 'background') return [];
  const { expected, batch } = evidence.model?.cost.costPerCallUsd ?? { expected: null, batch: null };
  if (expected === null || batch === null || batch >= expected) return [];
  return [
    finding(evidence, 'batch/eligible', {
      message: `This prompt runs in the background. As a batch, a call costs ${usd(batch)} instead of ${usd(expected)}.`,
      hint: "Use the provider's batch service. Answers arrive within 24 hours.",
      savingPerThousandUsd: (expected - batch) * 1000,
    }),
  ];
};
