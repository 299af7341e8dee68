/** What retrieval has found, from its documents in any convention. */
import { structured } from '../json-in-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json.ts';
import type { RetrievedChunk } from '../../interactions/interaction.ts';
import { firstOf, flatList } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes } from './telemetry.ts';

/** No convention says under which key the text of a document is. */
const TEXTS = ['content', 'text', 'page_content', 'pageContent', 'body', 'snippet'];

export function chunksIn(attributes: OtlpAttributes): RetrievedChunk[] {
  const whole = structured(firstOf(attributes, NAMES.documents));
  const documents = Array.isArray(whole) ? whole : flatList(attributes, NAMES.flatDocuments);
  return documents.flatMap(chunkOf);
}

function chunkOf(given: JsonValue): RetrievedChunk[] {
  if (typeof given === 'string') return [{ id: null, text: given, score: null }];
  if (!isJsonObject(given)) return [];
  const { document } = given;
  const value = isJsonObject(document) ? document : given;
  const { id, score } = value;
  const text = attributeText(value) ?? (isJsonObject(value['metadata']) ? attributeText(value['metadata']) : null);
  const name = typeof id === 'string' || typeof id === 'number' ? String(id) : null;
  if (text === null && name === null) return [];
  return [{ id: name, text: text ?? '', score: typeof score === 'number' ? score : null }];
}

function attributeText(value: JsonObject): string | null {
  const name = TEXTS.find((key) => Object.hasOwn(value, key) && typeof value[key] === 'string');
  return name === undefined ? null : (value[name] as string);
}
