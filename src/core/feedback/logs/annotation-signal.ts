/** The signal that an annotation or an evaluation is: OpenInference's, Phoenix's, or that of the conventions for generative AI. */
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { Annotator, Signal } from '../interactions/interaction.ts';
import { kindOfSignal } from '../signals/signal-names.ts';
import { THUMBS, thumbSide } from '../signals/signal-values.ts';

const ANNOTATOR_OF: Readonly<Record<string, Annotator>> = { HUMAN: 'human', LLM: 'model', CODE: 'code' };

/** The signal that an annotation of OpenInference or Phoenix is; null: it says nothing. */
export function annotationSignal(value: JsonObject, time: string | null): Signal | null {
  const name = textOf(value['name']);
  if (name === null) return null;
  const said = textOf(value['annotator_kind'])?.toUpperCase() ?? '';
  const known = kindOfSignal(name);
  const annotator = Object.hasOwn(ANNOTATOR_OF, said) ? (ANNOTATOR_OF[said] as Annotator) : known === 'operational' ? 'code' : 'human';
  const kind = known === 'implicit' ? known : annotator === 'human' ? 'explicit' : (known ?? 'operational');
  const judged = evaluationValue(name, value['score'], value['label'], textOf(value['explanation']));
  return judged === null ? null : { kind, name, annotator, by: textOf(value['identifier']), time, ...judged };
}

/**
 * The score, else the label; both: the label goes before the note. Of a thumb the one that is known; what contradicts itself is not. Null: it
 * says nothing; with a note alone, the value is not known.
 */
export function evaluationValue(
  name: string,
  score: JsonValue | undefined,
  label: JsonValue | undefined,
  note: string | null,
): Pick<Signal, 'value' | 'note'> | null {
  const number = typeof score === 'number' || typeof score === 'boolean' ? score : numberText(score);
  const text = typeof label === 'boolean' ? label : textOf(label);
  if (number === null) return text === null && note === null ? null : { value: text ?? '', note };
  // A score is a number by the convention, so yes and no are numbers with their names.
  if ((text === 'true' && number === 1) || (text === 'false' && number === 0)) return { value: number === 1, note };
  if (text !== null && THUMBS.has(name)) {
    const [said, named] = [thumbSide(number), thumbSide(text)];
    if (said === null && named !== null) return { value: text, note: [String(number), note].filter((item) => item !== null).join(': ') };
    if (said !== null && named !== null && said !== named) return { value: `${text} (${number})`, note };
  }
  return { value: number, note: [text, note].filter((item) => item !== null).join(': ') || null };
}

/** A table keeps every value as text. */
const numberText = (value: JsonValue | undefined): number | null =>
  typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : null;

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
