/** What a prompt's settings can say to its model: for completion. Nothing known: what most models accept. */
import type { KnownCapabilities } from './capabilities.ts';
import { ruleOf } from './parameter-fit.ts';

export interface AcceptedParameter {
  readonly name: string;
  /** What to insert as its value; empty: the user writes one. */
  readonly example: string;
  readonly detail: string;
}

const OFFERED: readonly AcceptedParameter[] = [
  { name: 'temperature', example: '0', detail: 'randomness' },
  { name: 'topP', example: '1', detail: 'share of the probability that is drawn from' },
  { name: 'topK', example: '40', detail: 'tokens that are drawn from' },
  { name: 'stopSequences', example: '[]', detail: 'texts that end the answer' },
  { name: 'seed', example: '1', detail: 'for answers that are more alike' },
];

/** The parameters that a model accepts without further conditions, with `maxOutputTokens` first. */
export function acceptedParameters(model: KnownCapabilities | null): AcceptedParameter[] {
  const limit = model?.outputLimit ?? null;
  const limits = limit === null ? '' : `, at most ${limit}`;
  const efforts = model?.efforts ?? [];
  return [
    { name: 'maxOutputTokens', example: '2000', detail: `tokens of the answer, thinking included${limits}` },
    ...(efforts.length === 0
      ? []
      : [{ name: 'reasoningEffort', example: efforts.includes('low') ? 'low' : (efforts[0] ?? ''), detail: efforts.join(', ') }]),
    ...OFFERED.filter(({ name }) => isOffered(name === 'stopSequences' ? 'stop' : name, model)),
  ];
}

function isOffered(name: string, model: KnownCapabilities | null): boolean {
  if (model === null) return name !== 'topK';
  const rule = ruleOf(name, model);
  return rule?.support === 'accepted';
}
