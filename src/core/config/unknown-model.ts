/** A model whose provider is known and has no model of this name: probably a slip, or one that the price data do not have yet. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import { nearestWord } from '../problems/did-you-mean.ts';
import { parseModelId } from '../model-id.ts';
import type { PromptDocument } from '../prompt/document.ts';

export interface KnownModels {
  /** Of a provider, as `provider:model`. */
  readonly of: (provider: string) => readonly string[];
  /** Whether they have this name, by any of its spellings. */
  readonly has: (id: string) => boolean;
}

/**
 * What is said about the model of a prompt's own file, with the nearest known one as a fix; null: it is known, or none is near. A name that
 * is not written in the file as it is used (the provider may stand elsewhere) is left alone. `text`: of the file.
 */
export function unknownModel({ model, path }: Pick<PromptDocument, 'model' | 'path'>, text: string, known: KnownModels): Diagnostic | null {
  if (model === null || model.inSettings === true) return null;
  const written = text.slice(model.range.start, model.range.end).replace(/^(['"])(.*)\1$/, '$2');
  const parsed = parseModelId(model.id);
  const isWritten = written === model.id || (written !== '' && model.id.endsWith(`:${written}`));
  if (parsed === null || !isWritten || !written.endsWith(parsed.model) || known.has(model.id)) return null;
  const models = known.of(parsed.provider).map((id) => id.slice(id.indexOf(':') + 1));
  const near = nearestWord(parsed.model, models, 3);
  if (near === null || near === parsed.model) return null;
  const start = text.indexOf(written, model.range.start) + written.length - parsed.model.length;
  return {
    code: 'model/not-known',
    severity: 'warning',
    message: `No model \`${parsed.model}\` of ${parsed.provider} is known, so neither are its price and its limits.`,
    hint: `Did you mean \`${near}\`?`,
    path,
    range: model.range,
    fixes: [{ title: `Use ${near}`, edits: [{ range: { start, end: start + parsed.model.length }, text: near }] }],
  };
}
