/** The type of a file by its first bytes. */

interface Signature {
  readonly type: string;
  /** Bytes from `at` on, as text of Latin-1 characters. */
  readonly bytes: string;
  readonly at?: number;
}

/** By the formats' own specifications; the first that fits counts. */
const SIGNATURES: readonly Signature[] = [
  { type: 'image/png', bytes: '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', bytes: '\xff\xd8\xff' },
  { type: 'image/gif', bytes: 'GIF8' },
  { type: 'image/webp', bytes: 'WEBP', at: 8 },
  { type: 'application/pdf', bytes: '%PDF-' },
  { type: 'audio/wav', bytes: 'WAVE', at: 8 },
  { type: 'audio/aiff', bytes: 'AIFF', at: 8 },
  { type: 'audio/aiff', bytes: 'AIFC', at: 8 },
  { type: 'audio/flac', bytes: 'fLaC' },
  { type: 'audio/ogg', bytes: 'OggS' },
  { type: 'audio/mp4', bytes: 'ftypM4A', at: 4 },
  { type: 'audio/mpeg', bytes: 'ID3' },
];

/** Formats that other files contain: RIFF and FORM say what they hold at byte 8. */
const CONTAINERS: Readonly<Record<string, string>> = { WEBP: 'RIFF', WAVE: 'RIFF', AIFF: 'FORM', AIFC: 'FORM' };

/** The type of a file, by its first 16 bytes; null: none that a provider reads. */
export function typeOfBytes(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  const found = SIGNATURES.find(({ bytes: wanted, at = 0 }) => {
    const container = CONTAINERS[wanted];
    return text.startsWith(wanted, at) && (container === undefined || text.startsWith(container));
  });
  return found?.type ?? frameType(bytes);
}

/** MPEG audio without a tag begins with a frame: eleven bits that are set, then version and layer (MP3 is layer 3; ADTS has layer 0). */
function frameType([first = 0, second = 0]: Uint8Array): string | null {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return null;
  const [version, layer] = [(second >> 3) & 3, (second >> 1) & 3];
  if (layer === 0) return (second & 0xf0) === 0xf0 ? 'audio/aac' : null;
  return layer === 1 && version !== 1 ? 'audio/mpeg' : null;
}
