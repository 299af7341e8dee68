/** What retrieval has found, from its documents in any convention. */
import { structured } from '../json-in-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import type { RetrievedChunk } from '../../interactions/interaction.ts';
import { firstOf, flatList } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes } from './telemetry.ts';

/** No convention says under which key the text of a document is. */
const TEXTS = ['content', 'text', 'page_content', 'pageContent', 'body', 'snippet'];

export function chunksIn(attributes: OtlpAttributes): RetrievedChunk[] {
  const whole = structured(firstOf(attributes, NAMES.documents));
  const documents = Array.isArray(whole) ? whole : flatList(attributes, NAMES.flatDocuments);
  const found = documents.flatMap(chunkOf);
  const ids = idsOfLangChain(attributes);
  return ids.length === found.length ? found.map((chunk, i) => ({ ...chunk, id: chunk.id ?? ids[i] ?? null })) : found;
}

/** LangChain's documents have their ids only in the output as a whole. */
function idsOfLangChain(attributes: OtlpAttributes): (string | null)[] {
  const output = structured(attributes.get('output.value'));
  const documents = isJsonObject(output) ? output['documents'] : undefined;
  return (Array.isArray(documents) ? documents : []).map((document) => {
    const id = isJsonObject(document) ? document['id'] : undefined;
    return typeof id === 'string' ? id : null;
  });
}

/** What retrievers call the name and the score of a document, which conventions leave to its metadata. */
const IDS = ['id', '_id', 'doc_id', 'docId', 'document_id', 'documentId', 'chunk_id', 'chunkId'];
const SCORES = ['score', 'relevance_score', 'relevanceScore', 'similarity_score', 'similarity', '_score', '_relevance_score'];

function chunkOf(given: JsonValue): RetrievedChunk[] {
  if (typeof given === 'string') return [{ id: null, text: given, score: null }];
  if (!isJsonObject(given)) return [];
  const { document } = given;
  const value = isJsonObject(document) ? document : given;
  const metadata = structured(value['metadata']);
  const more = isJsonObject(metadata) ? metadata : {};
  const text = attributeText(value) ?? attributeText(more);
  const id = value['id'] ?? ownIn(more, IDS);
  const said = value['score'] ?? ownIn(more, SCORES);
  const score = typeof said === 'string' && said.trim() !== '' ? Number(said) : said;
  const name = typeof id === 'string' || typeof id === 'number' ? String(id) : null;
  if (text === null && name === null) return [];
  return [{ id: name, text: text ?? '', score: typeof score === 'number' && Number.isFinite(score) ? score : null }];
}

const ownIn = (value: JsonObject, names: readonly string[]): JsonValue | undefined => {
  const name = names.find((key) => Object.hasOwn(value, key));
  return name === undefined ? undefined : value[name];
};

function attributeText(value: JsonObject): string | null {
  const name = TEXTS.find((key) => Object.hasOwn(value, key) && typeof value[key] === 'string');
  return name === undefined ? null : (value[name] as string);
}
