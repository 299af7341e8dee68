/** Which model answers a prompt: the one that was given, else the prompt's own, else that of goldset.yaml. */
import { ConfigurationError } from '../problems/errors.ts';
import type { PromptDocument } from '../prompt/document.ts';

export interface ModelSources {
  /** Named for this run: an option of the command line, a choice in the editor. Null: none. */
  readonly given: string | null;
  readonly document: Pick<PromptDocument, 'path' | 'model'>;
  /** The default for prompts that name no model. */
  readonly config: { readonly model: string | null };
}

export interface ResolvedModel {
  /** As written. */
  readonly id: string;
  /** Where it was written: a path in the id is relative to the folder of that place. */
  readonly source: 'given' | 'prompt' | 'config';
}

/** Null: nothing names a model. */
export function findModel({ given, document, config }: ModelSources): ResolvedModel | null {
  if (given !== null) return { id: given, source: 'given' };
  if (document.model !== null) return { id: document.model.id, source: document.model.inSettings === true ? 'config' : 'prompt' };
  return config.model === null ? null : { id: config.model, source: 'config' };
}

/** As `findModel`. `hint`: how the user can name a model here. @throws {ConfigurationError} `model/none` when nothing names one. */
export function resolveModel(sources: ModelSources, hint: string): ResolvedModel {
  const found = findModel(sources);
  if (found === null) throw noModel(sources.document.path, hint);
  return found;
}

/** `prompt`: as the user knows it. */
export const noModel = (prompt: string, hint: string): ConfigurationError =>
  new ConfigurationError('model/none', `${prompt} does not set a model.`, hint);
