/** What a candidate's calls used, in one line: the same in the terminal and the reports. */
import { count, quantity } from '../display/figures.ts';
import type { CandidateReport } from '../results/candidate-report.ts';
import { LIMIT_EATEN_HINT } from '../economics/thinking/limit-eaten.ts';

type Used = Pick<CandidateReport, 'usage' | 'reasoningTokens'>;

/** `1,200 in (800 from cache) + 612 out (600 thinking: p50 300, p95 310 per call)`; null: no provider reported any. */
export function usageText({ usage, reasoningTokens }: Used): string | null {
  if (usage === null) return null;
  const spread = reasoningTokens === null ? '' : `: p50 ${count(reasoningTokens.p50)}, p95 ${count(reasoningTokens.p95)} per call`;
  const thinking = usage.reasoning === 0 ? '' : ` (${count(usage.reasoning)} thinking${spread})`;
  return `${count(usage.input)} in (${count(usage.cacheRead)} from cache) + ${count(usage.output)} out${thinking}`;
}

/** What to know about answers that thinking cut off; null: none was. */
export const limitEatenText = ({ limitEaten }: Pick<CandidateReport, 'limitEaten'>): string | null =>
  limitEaten === 0
    ? null
    : `Thinking used up the output limit of ${quantity(limitEaten, 'answer')}, so ${limitEaten === 1 ? 'it is' : 'they are'} empty or cut off. ${LIMIT_EATEN_HINT}`;
