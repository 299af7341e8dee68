/** What of a golden case goes into its prompt. */
import type { GoldenCase } from '../golden/case.ts';
import { literalTexts } from '../golden/literal.ts';
import type { RenderData } from './request.ts';

/** The data that a prompt is rendered with for a case. */
export function renderDataOf(goldenCase: Pick<GoldenCase, 'vars' | 'prefix' | 'suffix' | 'literals' | 'messages'>): RenderData {
  const { vars, prefix, suffix, messages } = goldenCase;
  const literals = literalTexts(goldenCase);
  return {
    input: vars,
    prefix,
    suffix,
    ...(messages === undefined ? {} : { turns: messages }),
    ...(literals.length === 0 ? {} : { literals }),
  };
}
