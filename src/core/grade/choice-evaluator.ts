/** The `llm` and `github/…` evaluators of `.prompt.yml` files that exist; the service that they were written for has closed. */
import { isJsonObject, type JsonValue } from '../json/json.ts';
import type { AssertionSpec } from './assertion.ts';

export interface Choice {
  readonly choice: string;
  readonly score: number;
}

export interface LlmEvaluator {
  readonly modelId: string | null;
  readonly systemPrompt: string;
  readonly prompt: string;
  readonly choices: readonly Choice[];
}

export const STARS: readonly Choice[] = ['1', '2', '3', '4', '5'].map((choice, i) => ({ choice, score: i / 4 }));

export const BUILT_IN = ['similarity', 'coherence', 'fluency', 'relevance', 'groundedness'];

export const isChoiceJudge = (type: string): boolean => type === 'llm' || BUILT_IN.some((name) => type === `github/${name}`);

/** The built-in judge prompt of `uses: github/…`; null: the evaluator brings its own. */
export const builtInOf = ({ type }: AssertionSpec): string | null => (type === 'llm' ? null : type.replace('github/', 'github-'));

export const choicesOf = (spec: AssertionSpec): readonly Choice[] => (spec.type === 'llm' ? (evaluatorOf(spec)?.choices ?? []) : STARS);

export function choiceProblem(spec: AssertionSpec): string | null {
  if (spec.type !== 'llm') return null;
  const evaluator = evaluatorOf(spec);
  if (evaluator === null) return 'An `llm` evaluator needs a `prompt` and `choices`, a list of `{ choice, score }`.';
  return evaluator.choices.length === 0 ? 'An `llm` evaluator needs at least one of `choices`.' : null;
}

/** What the evaluator's own prompt says, or null. */
export function evaluatorOf({ value }: AssertionSpec): LlmEvaluator | null {
  const llm = isJsonObject(value) ? value['llm'] : undefined;
  if (!isJsonObject(llm) || typeof llm['prompt'] !== 'string' || !Array.isArray(llm['choices'])) return null;
  const { modelId, systemPrompt, prompt, choices } = llm;
  return {
    modelId: typeof modelId === 'string' && modelId !== '' ? modelId : null,
    systemPrompt: typeof systemPrompt === 'string' ? systemPrompt : '',
    prompt,
    choices: choices.flatMap(parseChoice),
  };
}

export function parseChoice(value: JsonValue): Choice[] {
  if (!isJsonObject(value)) return [];
  const { choice, score } = value;
  return (typeof choice === 'string' || typeof choice === 'number') && typeof score === 'number' ? [{ choice: String(choice), score }] : [];
}

/** What would surprise about a judge's choices: a low mark that passes; null: nothing. */
export function surprisingPass(spec: AssertionSpec): string | null {
  const low = choicesOf(spec).filter(({ score }) => score > 0 && score < 0.5);
  if (low.length === 0) return null;
  const names = low.map(({ choice, score }) => `“${choice}” (${score})`).join(', ');
  return `Every score above 0 passes here, so an answer graded ${names} passes too.`;
}
