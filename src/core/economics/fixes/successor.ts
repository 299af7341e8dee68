/** The successor that a provider names for a model which it retires, in the words of the host that serves it. */
import { resolveModelName } from '../../model-name.ts';
import { capabilitiesOf } from '../capabilities.ts';
import type { Evidence } from '../findings/finding.ts';
import { switchModelText } from '../switch-model.ts';
import type { TextEdit } from '../../text/text.ts';

/**
 * The id of a successor where `id` is served: `openrouter:openai/gpt-4o` and `gpt-6-luna` are `openrouter:openai/gpt-6-luna`. Null: the host
 * has names of its own (Bedrock's regions and versions), so nothing is guessed.
 */
export function successorId(id: string, successor: string): string | null {
  const from = resolveModelName(id);
  if (from === null || !id.endsWith(from.model)) return null;
  const to = `${id.slice(0, -from.model.length)}${successor}`;
  const read = resolveModelName(to);
  return read !== null && read.model === successor && read.provider === from.provider && read.host === from.host ? to : null;
}

/** Writes the successor in place of the model, with the parameters that it accepts; null: the model is not written in the prompt's file. */
export function switchToSuccessor({
  reading: { document },
  model,
  text,
}: Evidence): { readonly to: string; readonly edit: TextEdit } | null {
  const successor = model?.facts.capabilities?.retirement?.successor ?? null;
  if (model === null || successor === null || document.model === null || document.model.inSettings === true) return null;
  const to = successorId(model.facts.id, successor);
  const { id, range } = document.model;
  const old = resolveModelName(id)?.model;
  const written = /^(['"]?)(.*)\1$/s.exec(text.slice(range.start, range.end));
  if (to === null || id !== model.facts.id || old === undefined || written === null) return null;
  const [, quote = '', name = ''] = written;
  // The provider may stand elsewhere; what is there is the id, or the end of it.
  if (name === '' || !name.endsWith(old) || !id.endsWith(name)) return null;
  const writtenTo = `${quote}${name.slice(0, -old.length)}${successor}${quote}`;
  const { edit } = switchModelText(text, document, writtenTo, { capabilities: capabilitiesOf(to), api: model.facts.api });
  return edit === null ? null : { to, edit };
}
