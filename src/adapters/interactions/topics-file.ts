/**
 * `.goldset/interactions/topics.json`: how topics of failures are called, so that the next look calls them the same. It has hashes of ids and
 * no text; each look replaces it, so that it is as small as what is stored.
 */
import { messageOf } from '../../core/problems/errors.ts';
import type { RememberedTopic } from '../../core/feedback/insights/failures/topic-ids.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';

const SCHEMA = 'goldset.topics/1';
const FILE = ['interactions', 'topics.json'] as const;

/** Empty: it is missing, or of another version. */
export function readTopics(root: string): RememberedTopic[] {
  const file = dataFolder(root).readable(...FILE);
  const value = file === null ? undefined : parseJson(textNoFollow(file));
  if (!isJsonObject(value) || value['schema'] !== SCHEMA || !Array.isArray(value['topics'])) return [];
  return value['topics'].flatMap((topic) => rememberedIn(topic) ?? []);
}

function rememberedIn(value: JsonValue): RememberedTopic | null {
  if (!isJsonObject(value)) return null;
  const { id, members } = value;
  if (typeof id !== 'string' || !Array.isArray(members)) return null;
  return { id, members: members.filter((member) => typeof member === 'number') };
}

/** Why they could not be kept; null: they are. */
export function rememberTopics(root: string, topics: readonly RememberedTopic[]): string | null {
  if (topics.length === 0) return null;
  try {
    replaceFile(dataFolder(root).writable(...FILE), JSON.stringify({ schema: SCHEMA, topics }));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
