/** GitHub Models has closed (2026), so a name of its catalogue has nothing behind it. Its publishers, and under which names others have their models. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import type { PromptDocument } from '../prompt/document.ts';

/** By GitHub's name of a publisher (its catalogue, 2026-06): names of the model elsewhere; `NAME` is its name in lower case. */
const PUBLISHERS: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai:NAME', 'openrouter:openai/NAME'],
  'azure-openai': ['openai:NAME', 'openrouter:openai/NAME'],
  meta: ['openrouter:meta-llama/NAME'],
  deepseek: ['deepseek:NAME', 'openrouter:deepseek/NAME'],
  'mistral-ai': ['mistral:NAME', 'openrouter:mistralai/NAME'],
  microsoft: ['openrouter:microsoft/NAME'],
  xai: ['xai:NAME', 'openrouter:x-ai/NAME'],
  cohere: ['cohere:NAME', 'openrouter:cohere/NAME'],
  'ai21-labs': ['openrouter:ai21/NAME'],
  core42: [],
};

/**
 * What is said about a model of the closed service; null: the name is not one of its. `runs`: whether a name has a provider here;
 * `isServed`: whether the price data have a model under a name.
 */
export function closedServiceModel(
  { model, path }: Pick<PromptDocument, 'model' | 'path'>,
  runs: (id: string) => boolean,
  isServed: (id: string) => boolean,
): Diagnostic | null {
  const match = /^(?:github(?:-models)?[:/])?([a-z0-9-]+)\/([^/]+)$/i.exec(model?.id ?? '');
  const publisher = match?.[1]?.toLowerCase() ?? '';
  if (model === null || match?.[2] === undefined || !Object.hasOwn(PUBLISHERS, publisher) || runs(model.id)) return null;
  const name = match[2].toLowerCase();
  const offers = (PUBLISHERS[publisher] ?? []).map((id) => id.replace('NAME', name)).filter(isServed);
  return {
    code: 'model/closed-service',
    severity: 'warning',
    message: `\`${model.id}\` is a name of GitHub Models, which has closed, and no provider here has it.`,
    hint:
      offers.length === 0
        ? 'Choose another model, or add the provider that serves it to goldset.yaml.'
        : `These providers have it: ${offers.map((id) => `\`${id}\``).join(', ')}.`,
    path,
    range: model.range,
    ...(offers.length === 0 ? {} : { fixes: offers.map((id) => ({ title: `Use ${id}`, edits: [{ range: model.range, text: id }] })) }),
  };
}
