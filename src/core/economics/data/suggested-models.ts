/** Models that Goldset itself names: as an example, as a suggestion, as a default. Revise this list when providers replace a model. */

/** In new prompts and in completions. */
export const EXAMPLE_MODEL = 'openai:gpt-6-luna';

/** The models that Compare Models' Cost selects until a person has chosen others. */
export const COMPARED_MODELS: readonly string[] = [
  'openai:gpt-6-luna',
  'openai:gpt-6-sol',
  'openai:gpt-5.6-sol',
  'anthropic:claude-sonnet-5',
  'anthropic:claude-haiku-4-5',
  'google:gemini-3.5-flash',
];

/** By provider: the models that the picker offers while there is no key and so no list from the provider. */
export const SUGGESTED_MODELS: Readonly<Record<string, readonly string[]>> = {
  openai: ['gpt-6-luna', 'gpt-6-sol'],
  anthropic: ['claude-haiku-4-5', 'claude-sonnet-5'],
};

/** The model that the format's own tool uses for `uses: github/…`. */
export const GITHUB_JUDGE_MODEL = 'openai:gpt-4o';
