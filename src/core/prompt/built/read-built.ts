/** A prompt whose messages a function of the program builds, as goldset.yaml declares it. */
import type { BuildFunction, GoldsetSettings, OutputSpec, Parameters, PromptDocument } from '../document.ts';
import { NO_CONTEXT } from '../formats/text-prompt.ts';
import type { PromptReading } from '../read-prompt.ts';
import type { BuiltRequest } from './built-answer.ts';

/** What the entry of goldset.yaml says beside the function. */
export interface DeclaredBuild extends GoldsetSettings {
  readonly model: string | null;
  readonly parameters: Parameters;
  readonly output: OutputSpec | null;
}

/** `path`: the id from the root. `content`: see `Template`. */
export function readBuilt(path: string, name: string, declared: DeclaredBuild, build: BuildFunction, content: string): PromptReading {
  const { model, parameters, output, golden, budget } = declared;
  const document: PromptDocument = {
    path,
    format: 'code',
    name,
    variant: null,
    isPartial: false,
    description: null,
    model: model === null ? null : { id: model, range: { start: 0, end: 0 }, inSettings: true },
    parameters,
    template: { kind: 'built', build, content },
    input: { defaults: {}, schema: null, declared: [] },
    tools: [],
    output: output ?? { format: null, name: null, schema: null, strict: false },
    embedded: { cases: [], assertions: [] },
    settings: { golden, budget },
    metadata: {},
  };
  return builtReading(document);
}

/** A prompt that a function builds has no template whose parts could be known. */
export const builtReading = (document: PromptDocument): PromptReading => ({
  document,
  analysis: { variables: [], partials: [], roles: [], blocks: [], problems: [] },
  diagnostics: [],
  context: NO_CONTEXT,
});

/**
 * The document with what the function returned for the first case: one candidate has one model, one set of parameters and one list of tools.
 * What goldset.yaml says comes first.
 */
export function withFirstRequest(document: PromptDocument, first: BuiltRequest): PromptDocument {
  const { template } = document;
  if (template.kind !== 'built') return document;
  return {
    ...document,
    template: { ...template, first: { model: first.model, parameters: first.parameters } },
    model: document.model ?? (first.model === null ? null : { id: first.model, range: { start: 0, end: 0 } }),
    parameters: { ...first.parameters, ...document.parameters },
    tools: first.tools.length > 0 ? first.tools : document.tools,
    output: document.output.format === null && first.output !== null ? first.output : document.output,
  };
}
