/** What kind of file a part of a prompt is: by its first bytes, else by what the prompt or the address says. */
import { dataUrlOf } from './data-url.ts';

export type MediaKind = 'image' | 'pdf' | 'audio' | 'other';

export function kindOfType(type: string): MediaKind {
  if (type === 'application/pdf') return 'pdf';
  const [family] = type.split('/');
  return family === 'image' || family === 'audio' ? family : 'other';
}

const BY_ENDING: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  aiff: 'audio/aiff',
  aif: 'audio/aiff',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
};

/** The usual ending of a file of this type, with its dot; empty: the type is not known. */
export function mediaEndingOf(type: string): string {
  const ending = Object.keys(BY_ENDING).find((name) => BY_ENDING[name] === type);
  return ending === undefined ? '' : `.${ending}`;
}

export interface MediaAddress {
  readonly url: string;
  readonly contentType?: string;
}

/** What a part's file is: its bytes where they are there, else what the prompt says, else the ending of the address; null: not known. */
export function contentTypeOf({ url, contentType }: MediaAddress): string | null {
  const held = dataUrlOf(url);
  if (held !== null) return held.type;
  if (contentType !== undefined) return contentType.toLowerCase();
  return BY_ENDING[/\.(\w+)$/.exec(url.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase() ?? ''] ?? null;
}

/** An address that does not show what it holds counts as an image: that is what prompts name without a type. */
export function kindOfMedia(media: MediaAddress): MediaKind {
  const type = contentTypeOf(media);
  return type === null ? 'image' : kindOfType(type);
}
