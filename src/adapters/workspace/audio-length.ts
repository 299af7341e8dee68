/** How long audio is, from its headers. A file without a length in its headers has one by its constant rate, or is unknown. */

/** Seconds; null: the bytes do not say it. `type`: as `typeOfBytes` says it. */
export function audioSeconds(bytes: Buffer, type: string): number | null {
  const seconds = READERS[type]?.(bytes) ?? null;
  return seconds !== null && Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

const READERS: Readonly<Record<string, (bytes: Buffer) => number | null>> = {
  'audio/wav': wav,
  'audio/aiff': aiff,
  'audio/flac': flac,
  'audio/ogg': ogg,
  'audio/mpeg': mp3,
  'audio/aac': adts,
  'audio/mp4': mp4,
};

/** The chunks of a RIFF or FORM file: where the data of each begins, and how long it says that it is. */
function* chunks(bytes: Buffer, isBig: boolean): Generator<{ id: string; at: number; size: number }> {
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = isBig ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    yield { id: bytes.toString('latin1', at, at + 4), at: at + 8, size };
    at += 8 + size + (size % 2);
  }
}

/** A recording that was cut, or streamed, says a size that is not there: what is there counts. */
function wav(bytes: Buffer): number | null {
  let rate = 0;
  for (const { id, at, size } of chunks(bytes, false)) {
    if (id === 'fmt ' && at + 12 <= bytes.length) rate = bytes.readUInt32LE(at + 8);
    if (id === 'data') return Math.min(size, bytes.length - at) / rate;
  }
  return null;
}

function aiff(bytes: Buffer): number | null {
  for (const { id, at } of chunks(bytes, true)) {
    if (id !== 'COMM' || at + 18 > bytes.length) continue;
    return bytes.readUInt32BE(at + 2) / extended(bytes, at + 8);
  }
  return null;
}

/** An 80-bit number, as AIFF writes the sample rate. */
function extended(bytes: Buffer, at: number): number {
  const exponent = (bytes.readUInt16BE(at) & 0x7fff) - 16_383;
  return bytes.readUInt32BE(at + 2) * 2 ** (exponent - 31);
}

/** STREAMINFO: 20 bits of sample rate, and 36 bits of samples 26 bits later. */
function flac(bytes: Buffer): number | null {
  if (bytes.length < 26) return null;
  const rate = bytes.readUIntBE(18, 3) >> 4;
  return ((bytes.readUInt8(21) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(22)) / rate;
}

/** The position of the last page, in samples. */
function ogg(bytes: Buffer): number | null {
  const last = bytes.lastIndexOf('OggS');
  if (last < 0 || last + 14 > bytes.length) return null;
  const position = Number(bytes.readBigInt64LE(last + 6));
  const opus = bytes.indexOf('OpusHead');
  if (opus >= 0 && opus < 200 && opus + 12 <= bytes.length) return (position - bytes.readUInt16LE(opus + 10)) / 48_000;
  const vorbis = bytes.indexOf('\x01vorbis', 0, 'latin1');
  return vorbis >= 0 && vorbis < 200 && vorbis + 16 <= bytes.length ? position / bytes.readUInt32LE(vorbis + 12) : null;
}

/** kbit/s by version (MPEG 1; MPEG 2 and 2.5) of layer III, and samples per second of MPEG 1. */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLES = [44_100, 48_000, 32_000];

function mp3(bytes: Buffer): number | null {
  const at = firstFrame(bytes);
  if (at === null) return null;
  const header = bytes.readUInt32BE(at);
  const version = (header >> 19) & 3;
  const isFirst = version === 3;
  const rate = (SAMPLES[(header >> 10) & 3] ?? NaN) / (isFirst ? 1 : version === 2 ? 2 : 4);
  const kilobits = (isFirst ? RATES_1 : RATES_2)[(header >> 12) & 15] ?? NaN;
  const samplesPerFrame = isFirst ? 1152 : 576;
  const tag = bytes.subarray(at, at + 200);
  const xing = Math.max(tag.indexOf('Xing'), tag.indexOf('Info'));
  if (xing >= 0 && xing + 12 <= tag.length && (tag.readUInt32BE(xing + 4) & 1) === 1)
    return (tag.readUInt32BE(xing + 8) * samplesPerFrame) / rate;
  const vbri = tag.indexOf('VBRI');
  if (vbri >= 0 && vbri + 18 <= tag.length) return (tag.readUInt32BE(vbri + 14) * samplesPerFrame) / rate;
  return ((bytes.length - at) * 8) / (kilobits * 1000);
}

/** Behind an ID3 tag, whose size has seven bits in each byte. */
function firstFrame(bytes: Buffer): number | null {
  const isTagged = bytes.toString('latin1', 0, 3) === 'ID3' && bytes.length > 10;
  const size = isTagged ? bytes.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0) + 10 : 0;
  for (let at = size; at + 4 <= bytes.length && at < size + 65_536; at++)
    if (bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xe6) === 0xe2) return at;
  return null;
}

const ADTS_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

/** Frames of 1,024 samples, each with its length. */
function adts(bytes: Buffer): number | null {
  const rate = ADTS_RATES[((bytes[2] ?? 0) >> 2) & 15] ?? NaN;
  let frames = 0;
  for (let at = 0; at + 6 <= bytes.length && bytes[at] === 0xff; frames++) {
    const length = (((bytes[at + 3] ?? 0) & 3) << 11) | ((bytes[at + 4] ?? 0) << 3) | ((bytes[at + 5] ?? 0) >> 5);
    if (length < 7) return null;
    at += length;
  }
  return (frames * 1024) / rate;
}

/** `mvhd`: time scale and duration, of 32 bits (version 0) or 64 (version 1). */
function mp4(bytes: Buffer): number | null {
  const at = bytes.indexOf('mvhd');
  if (at < 0 || at + 36 > bytes.length) return null;
  return bytes.readUInt8(at + 4) === 1
    ? Number(bytes.readBigUInt64BE(at + 28)) / bytes.readUInt32BE(at + 24)
    : bytes.readUInt32BE(at + 20) / bytes.readUInt32BE(at + 16);
}
