/** The names that a format has for what hints speak of: an author is told the keys of the file that is open. */
import type { PromptDocument } from './document.ts';

export interface FormatKeys {
  /** The limit of the answer's tokens. */
  readonly outputLimit: string;
  readonly reasoningEffort: string;
  /** Where the schema of the answer goes, as the end of `Add …`. */
  readonly schema: string;
  /** Values of variables that a case does not give; null: the format has none. */
  readonly defaults: string | null;
}

/** What goldset.yaml says of a prompt that has no settings in its own file. */
const IN_GOLDSET_YAML: FormatKeys = {
  outputLimit: 'parameters.maxOutputTokens',
  reasoningEffort: 'parameters.reasoningEffort',
  schema: '`output.schema` under `prompts:` in goldset.yaml',
  defaults: null,
};

const KEYS: Readonly<Record<PromptDocument['format'], FormatKeys>> = {
  dotprompt: {
    outputLimit: 'config.maxOutputTokens',
    reasoningEffort: 'config.reasoningEffort',
    schema: '`output.schema`',
    defaults: 'input.default',
  },
  'prompt-yml': {
    outputLimit: 'modelParameters.maxTokens',
    reasoningEffort: 'modelParameters.reasoningEffort',
    schema: '`responseFormat: json_schema` and `jsonSchema`',
    defaults: null,
  },
  text: IN_GOLDSET_YAML,
  promptfoo: {
    outputLimit: 'config.max_tokens',
    reasoningEffort: 'config.reasoning_effort',
    schema: '`response_format` to the `config` of the provider',
    defaults: 'defaultTest.vars',
  },
  prompty: {
    outputLimit: 'model.options.maxOutputTokens',
    reasoningEffort: 'model.options.additionalProperties.reasoning_effort',
    schema: '`outputs`',
    defaults: 'inputs',
  },
  'prompt-md': IN_GOLDSET_YAML,
  messages: IN_GOLDSET_YAML,
  baml: { ...IN_GOLDSET_YAML, outputLimit: 'options.max_tokens', schema: 'a class' },
  code: { ...IN_GOLDSET_YAML, outputLimit: 'maxOutputTokens', reasoningEffort: 'reasoningEffort', schema: 'a schema to the call' },
};

/** The keys of a prompt's own format. */
export const keysOfFormat = (format: PromptDocument['format']): FormatKeys => KEYS[format];
