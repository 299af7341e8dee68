/** What the judgements of a plan are likely to cost, from the texts that a judge is sent. */
import type { AssertionSpec } from '../grade/assertion.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { PromptDocument } from '../prompt/document.ts';
import { costUsd } from '../economics/prices/price.ts';
import { NO_USAGE } from '../economics/prices/usage.ts';

/** Characters of a token of English prose and JSON (o200k_base). */
const CHARACTERS_PER_TOKEN = 4.4;
/** Tokens that a judge answers: a reason of at most three sentences, quotes, a score and a verdict. */
const ANSWER = 90;

/** Tokens of a short and of a long answer of a judge that does not think. Not measured. */
const SHORTEST = 20;
const LONGEST = 250;
/** Share by which the input may differ from what its characters say. Not measured. */
const BAND = 0.3;

/** Of all golden cases of a candidate once. */
export interface JudgementCost {
  readonly judgements: number;
  /** USD without the output that is graded. */
  readonly usd: number;
  /** As `usd`, at least: short answers without thinking. */
  readonly lowUsd: number;
  /** As `usd`, at most: a judge that thinks may take its whole output limit. Null: a judge has no limit that is known. */
  readonly highUsd: number | null;
  /** USD for each token of the outputs that are graded. */
  readonly usdPerOutputToken: number;
}

export const NO_JUDGEMENTS: JudgementCost = { judgements: 0, usd: 0, lowUsd: 0, highUsd: 0, usdPerOutputToken: 0 };

/** A judge as far as its requests are known before there is an output. */
export interface KnownJudge {
  readonly client: ModelClient;
  /** Characters of its prompt. */
  readonly characters: number;
  /** Tokens of thinking and answer at most; null: not known. Absent: it does not think. */
  readonly thinksAtMost?: number | null;
}

/** A judge without a price is left out: `unpricedIn` names it. */
export function addJudgement(sum: JudgementCost, spec: AssertionSpec, judges: readonly KnownJudge[]): JudgementCost {
  const rubric = typeof spec.value === 'string' ? spec.value.length : 0;
  let { usd, lowUsd, highUsd, usdPerOutputToken } = sum;
  for (const { client, characters, thinksAtMost } of judges) {
    if (client.pricing === null) continue;
    const { table } = client.pricing;
    const cost = (share: number, output: number): number =>
      costUsd(table, { ...NO_USAGE, input: (share * (characters + rubric)) / CHARACTERS_PER_TOKEN, output }) ?? 0;
    const most = thinksAtMost === undefined ? LONGEST : thinksAtMost;
    usd += cost(1, ANSWER);
    lowUsd += cost(1 - BAND, SHORTEST);
    highUsd = highUsd === null || most === null ? null : highUsd + cost(1 + BAND, Math.max(most, ANSWER));
    usdPerOutputToken += table.rates.input / 1e6;
  }
  return { judgements: sum.judgements + 1, usd, lowUsd, highUsd, usdPerOutputToken };
}

/** Characters of the text that a judge's prompt has before rubric and output are in it. */
export function judgeCharacters({ template, output }: PromptDocument, partials: readonly { readonly text: string }[]): number {
  const own =
    template.kind === 'handlebars'
      ? template.source.length
      : template.kind === 'messages'
        ? template.messages.reduce((sum, { content }) => sum + content.length, 0)
        : JSON.stringify(template).length;
  const schema = output.schema === null ? 0 : JSON.stringify(output.schema).length;
  return own + schema + partials.reduce((sum, { text }) => sum + text.length, 0);
}
