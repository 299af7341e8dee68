/** Which files a model is sent, by the capability table and the format of its requests; and why not, before anything is sent. */
import type { ApiName, Capabilities } from '../economics/data/capability-row.ts';
import type { JsonObject } from '../json/json.ts';
import { dataUrlOf } from '../files/data-url.ts';
import { contentTypeOf, kindOfMedia, type MediaKind } from '../files/media-type.ts';
import type { Message, Part } from '../prompt/request.ts';
import type { Unsendable } from '../prompt/sendable.ts';

export interface MediaSupport {
  /** As messages call the model. */
  readonly id: string;
  readonly api: ApiName;
  /** Null: the table has no row. */
  readonly accepts: Pick<Capabilities, 'images' | 'pdf' | 'audio' | 'source' | 'date'> | null;
}

type MediaPart = Extract<Part, { media: unknown }>['media'];

/** How a format carries a file. `held`: only in the request. `any`: also by an address that the provider reads. `types`: absent: all. */
interface Carriage {
  readonly by: 'held' | 'any';
  readonly types?: readonly string[];
}

/** OpenAI, Anthropic, Gemini and Bedrock, API references. A format without an entry has no such part. */
const CARRIAGE: Readonly<Record<ApiName, Partial<Record<'pdf' | 'audio', Carriage>>>> = {
  chat: { pdf: { by: 'held' }, audio: { by: 'held', types: ['audio/wav', 'audio/mpeg'] } },
  responses: { pdf: { by: 'any' } },
  messages: { pdf: { by: 'any' } },
  'generate-content': {
    pdf: { by: 'any' },
    audio: { by: 'any', types: ['audio/wav', 'audio/mpeg', 'audio/aiff', 'audio/aac', 'audio/ogg', 'audio/flac'] },
  },
  converse: {},
};

/** What files of a kind are called, and the column that says whether a model takes them. */
const KINDS = {
  image: { name: 'images', column: 'images' },
  pdf: { name: 'PDF files', column: 'pdf' },
  audio: { name: 'audio', column: 'audio' },
} as const;

/** Why a request with files is not sent to a model; null: it can be. */
export function unsendableMedia(messages: readonly Message[], support: MediaSupport): Unsendable | null {
  for (const { role, content } of messages)
    for (const part of content) {
      if (!('media' in part)) continue;
      const kind = kindOfMedia(part.media);
      const problem = kind === 'image' ? imageProblem(role, support) : fileProblem(part.media, kind, role, support);
      if (problem !== null) return problem;
    }
  return null;
}

const unsupported = (problem: string, hint: string): Unsendable => ({ code: 'media/unsupported', problem, hint });

const OTHER_MODEL = 'Choose a model that accepts them: `goldset models ID` shows what a model accepts.';

/**
 * Images are refused only where it is known that they would be: local models are not in the table. No API takes one in a system message, and
 * Gemini's alone has those that a model made.
 */
function imageProblem(role: string, support: MediaSupport): Unsendable | null {
  if (support.accepts?.images === false) return refused('image', support);
  return role === 'user' || (role === 'model' && support.api === 'generate-content') ? null : wrongRole(role, KINDS.image.name);
}

const wrongRole = (role: string, name: string): Unsendable =>
  unsupported(`A message with the role ${role} cannot contain ${name}.`, 'Write {{role "user"}} before {{media}}.');

function refused(kind: keyof typeof KINDS, { id, accepts }: MediaSupport): Unsendable {
  const by = accepts === null ? '' : ` (${accepts.source}, ${accepts.date})`;
  return unsupported(`${id} does not accept ${KINDS[kind].name}${by}.`, OTHER_MODEL);
}

function fileProblem(media: MediaPart, kind: Exclude<MediaKind, 'image'>, role: string, support: MediaSupport): Unsendable | null {
  if (kind === 'other')
    return unsupported(`${contentTypeOf(media) ?? 'This file'} is not a type that Goldset sends.`, 'Goldset sends images, PDF and audio.');
  const { id, api, accepts } = support;
  const { name, column } = KINDS[kind];
  const known = accepts?.[column] ?? null;
  if (known === false) return refused(kind, support);
  if (known === null)
    return unsupported(
      `It is not known whether ${id} accepts ${name}, so none is sent.`,
      `If it does, say so in the file that \`prices:\` names: capabilities: { "${id}": { ${column}: true } }.`,
    );
  const carriage = CARRIAGE[api][kind];
  const type = contentTypeOf(media);
  if (carriage === undefined || (carriage.types !== undefined && !carriage.types.includes(type ?? '')))
    return unsupported(`The API that ${id} is called by (${api}) takes no ${carriage === undefined ? name : (type ?? name)}.`, TAKES[api]);
  if (carriage.by === 'held' && dataUrlOf(media.url) === null)
    return unsupported(
      `The API that ${id} is called by (${api}) takes ${name} only in the request, not by an address.`,
      'Save the file in the workspace and write its path. Goldset downloads no files.',
    );
  return role === 'user' ? null : wrongRole(role, name);
}

const TAKES: Readonly<Record<ApiName, string>> = {
  chat: 'It takes PDF, and audio as WAV or MP3.',
  responses: 'It takes PDF. For audio, set `api: chat` of the provider in goldset.yaml.',
  messages: 'It takes PDF.',
  'generate-content': 'It takes PDF and audio.',
  converse: 'It takes images.',
};

/** Whether this is the address of a file that can be sent; a text that only begins with `file:` is not. */
const isFileAddress = (text: string): boolean => /^file:\/\/\S+$/i.test(text) && contentTypeOf({ url: text }) !== null;

/** A variable that names a file (`file://…`) which the prompt does not place; null: each is placed. Its path would be sent as text. */
export function unplacedFile(vars: JsonObject, placed: readonly Message[]): Unsendable | null {
  const urls = new Set(placed.flatMap(({ content }) => content.flatMap((part) => ('media' in part ? [part.media.url] : []))));
  const found = Object.entries(vars).find(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && isFileAddress(entry[1]) && !urls.has(entry[1]),
  );
  if (found === undefined) return null;
  return {
    code: 'media/not-placed',
    problem: `The variable \`${found[0]}\` names the file ${found[1]}, which the prompt does not place.`,
    hint: `Write {{media url=${found[0]}}} in the prompt.`,
  };
}
