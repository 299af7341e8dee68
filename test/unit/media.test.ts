/** Files of a prompt: what they are, whether a model is sent them, how each format carries them, and what they may cost. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { messagesBody } from '../../src/adapters/models/anthropic/messages-body.ts';
import { contentBody } from '../../src/adapters/models/gemini/content-body.ts';
import { chatBody } from '../../src/adapters/models/openai/chat-body.ts';
import { responsesBody } from '../../src/adapters/models/openai/responses-body.ts';
import { audioSeconds } from '../../src/adapters/workspace/audio-length.ts';
import { MediaDescriber, mediaReader } from '../../src/adapters/workspace/media-files.ts';
import { mediaFacts } from '../../src/adapters/workspace/media-facts.ts';
import { pdfPages } from '../../src/adapters/workspace/pdf-pages.ts';
import { inputTokensAtMost } from '../../src/core/calls/call-bound.ts';
import { capabilitiesOf } from '../../src/core/economics/capabilities.ts';
import type { ApiName } from '../../src/core/economics/data/capability-row.ts';
import { countRequest } from '../../src/core/economics/tokens/request-tokens.ts';
import { HumanError } from '../../src/core/problems/errors.ts';
import { typeOfBytes } from '../../src/core/files/file-signature.ts';
import { unplacedFile, unsendableMedia } from '../../src/core/model/media-support.ts';
import { withMedia } from '../../src/core/prompt/media.ts';
import type { Message, RenderedRequest } from '../../src/core/prompt/request.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const dataUrl = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`;

/** A PDF with a page tree of so many pages; the table of objects that a viewer would want is not needed here. */
const pdf = (pages: number, more = ''): Buffer =>
  latin(
    `%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count ${pages} /Kids [] >>\nendobj\n${more}trailer << /Root 1 0 R >>\n%%EOF`,
  );

/** As PDF 1.5 writes it: catalog and page tree are in a compressed stream. */
function packedPdf(pages: number): Buffer {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', `<< /Type /Pages /Count ${pages} >>`];
  const head = `1 0 2 ${(objects[0]?.length ?? 0) + 1} `;
  const packed = deflateSync(latin(`${head}${objects.join(' ')}`));
  return Buffer.concat([
    latin(`%PDF-1.5\n9 0 obj\n<< /Type /ObjStm /N 2 /First ${head.length} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`),
    packed,
    latin('\nendstream\nendobj\n8 0 obj\n<< /Type /XRef /Root 1 0 R >>\nstream\n\nendstream\nendobj\n'),
  ]);
}

/** PCM of 8,000 bytes a second. */
function wav(seconds: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt32LE(8000, 28);
  head.write('data', 36);
  head.writeUInt32LE(8000 * seconds, 40);
  return Buffer.concat([head, Buffer.alloc(8000 * seconds)]);
}

/** STREAMINFO: 44,100 Hz. */
function flac(seconds: number): Buffer {
  const bytes = Buffer.alloc(42);
  bytes.write('fLaC', 0);
  bytes.writeUIntBE((44_100 << 4) >>> 0, 18, 3);
  bytes.writeUInt32BE(44_100 * seconds, 22);
  return bytes;
}

function ogg(seconds: number): Buffer {
  const bytes = Buffer.alloc(80);
  bytes.write('OggS', 0);
  bytes.write('OpusHead', 28);
  bytes.write('OggS', 60);
  bytes.writeBigInt64LE(BigInt(48_000 * seconds), 66);
  return bytes;
}

/** MPEG 1, layer III, 128 kbit/s, 44,100 Hz: 16,000 bytes a second, of which nothing tells but the rate. */
const mp3 = (seconds: number): Buffer => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(16_000 * seconds - 4)]);

function mp4(seconds: number): Buffer {
  const bytes = Buffer.alloc(80);
  bytes.write('ftypM4A ', 4);
  bytes.write('mvhd', 24);
  bytes.writeUInt32BE(1000, 40);
  bytes.writeUInt32BE(1000 * seconds, 44);
  return bytes;
}

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe('the type of a file', () => {
  const rows: readonly (readonly [string, Buffer, string | null])[] = [
    ['PNG', PNG, 'image/png'],
    ['PDF', pdf(1), 'application/pdf'],
    ['WAV', wav(1), 'audio/wav'],
    ['a RIFF file that holds no sound', latin('RIFF....AVI LIST'), null],
    ['WebP', latin('RIFF....WEBPVP8 '), 'image/webp'],
    ['WEBP at byte 8 of another container', latin('FORM....WEBP'), null],
    ['MP3 with a tag', latin('ID3\x04'), 'audio/mpeg'],
    ['MP3 without a tag', mp3(1), 'audio/mpeg'],
    ['AAC in ADTS', Buffer.from([0xff, 0xf1, 0x50, 0x80]), 'audio/aac'],
    ['UTF-16 text with a byte order mark', Buffer.from([0xff, 0xfe, 0x41, 0x00]), null],
    ['HTML', latin('<!DOCTYPE html>'), null],
    ['nothing', Buffer.alloc(0), null],
  ];
  for (const [name, bytes, expected] of rows) it(`is told by its first bytes: ${name}`, () => assert.equal(typeOfBytes(bytes), expected));
});

describe('pages and length', () => {
  it('are those of the page tree, plain, packed and changed later', () => {
    assert.equal(pdfPages(pdf(12)), 12);
    assert.equal(pdfPages(packedPdf(7)), 7);
    // A later version of the page tree replaces the first.
    assert.equal(pdfPages(pdf(12, '2 0 obj\n<< /Type /Pages /Count 5 >>\nendobj\n')), 5);
    assert.equal(pdfPages(latin('%PDF-1.4\n3 0 obj << /Type /Page >> endobj 4 0 obj << /Type/Page >> endobj')), 2);
    assert.equal(pdfPages(latin('%PDF-1.4\n3 0 obj << /Encrypt 5 0 R >> endobj')), null);
  });

  const hostile: readonly (readonly [name: string, text: () => string])[] = [
    ['objects without an end', () => '\n1 0 obj '.repeat(200_000)],
    ['packed objects without an end', () => '\n1 0 obj << /Type /ObjStm /First 4 /Filter /FlateDecode >> stream\n'.repeat(40_000)],
    [
      'packed objects that overlap',
      () => {
        const numbers = Array.from({ length: 200_000 }, (_, i) => `${i} ${(i % 2) * 700_000}`).join(' ');
        const stream = deflateSync(`${numbers} ${'(x) '.repeat(200_000)}`).toString('latin1');
        return `\n1 0 obj << /Type /ObjStm /First ${numbers.length} /Filter /FlateDecode >> stream\n${stream}endstream endobj`;
      },
    ],
  ];
  for (const [name, text] of hostile)
    it(`are unknown where finding them takes too much work: ${name}`, () => {
      assert.equal(pdfPages(Buffer.from(`%PDF-1.4${text()} trailer << /Root 1 0 R >>`, 'latin1')), null);
    });

  for (const [type, bytes] of [
    ['audio/wav', wav(3)],
    ['audio/flac', flac(3)],
    ['audio/ogg', ogg(3)],
    ['audio/mpeg', mp3(3)],
    ['audio/mp4', mp4(3)],
  ] as const)
    it(`is three seconds: ${type}`, () => assert.equal(Math.round((audioSeconds(bytes, type) ?? 0) * 100), 300));

  it('is unknown for bytes that end early', () => {
    for (const bytes of [wav(1), flac(1), ogg(1), mp4(1)])
      for (const length of [0, 4, 12, 20, 30]) {
        const seconds = mediaFacts(bytes.subarray(0, length)).seconds;
        assert.ok(seconds === null || seconds > 0, `${length} bytes`);
      }
  });
});

const user = (url: string, rest: object = {}): Message[] => [
  { role: 'user', content: [{ text: 'Read it.' }, { media: { url, ...rest } }] },
];
const image = (role: string): Message[] => [{ role, content: [{ media: { url: dataUrl('image/png', PNG) } }] }];
const PDF_URL = dataUrl('application/pdf', pdf(3));
const WAV_URL = dataUrl('audio/wav', wav(2));

describe('a request with files', () => {
  const rows: readonly (readonly [string, string, ApiName, Message[], RegExp | null])[] = [
    ['a PDF to gpt-6-luna', 'openai:gpt-6-luna', 'responses', user(PDF_URL), null],
    ['a PDF at an address to Claude', 'anthropic:claude-sonnet-5-5', 'messages', user('https://x.example/a.pdf'), null],
    ['a PDF and audio to Gemini', 'google:gemini-4-argon', 'generate-content', [...user(PDF_URL), ...user(WAV_URL)], null],
    ['audio to Claude', 'anthropic:claude-sonnet-5-5', 'messages', user(WAV_URL), /does not accept audio \(.+, \d{4}-\d\d-\d\d\)\.$/],
    ['audio to gpt-6-luna', 'openai:gpt-6-luna', 'responses', user(WAV_URL), /does not accept audio/],
    ['a PDF to a model of which nothing is known', 'local:mine', 'chat', user(PDF_URL), /It is not known whether local:mine accepts PDF/],
    ['an image to a model of which nothing is known', 'local:mine', 'chat', user(dataUrl('image/png', PNG)), null],
    ['a PDF at an address in a chat completion', 'openai:gpt-6-luna', 'chat', user('https://x.example/a.pdf'), /only in the request/],
    [
      'a video',
      'google:gemini-4-argon',
      'generate-content',
      user('https://x.example/a', { contentType: 'video/mp4' }),
      /video\/mp4 is not a type/,
    ],
    [
      'a PDF of the system',
      'google:gemini-4-argon',
      'generate-content',
      [{ role: 'system', content: [{ media: { url: PDF_URL } }] }],
      /role system cannot contain PDF/,
    ],
    ...(['chat', 'responses', 'messages', 'converse', 'generate-content'] as const).map(
      (api) => [`an image of the system (${api})`, 'local:mine', api, image('system'), /role system cannot contain images/] as const,
    ),
    ['an image of the model in a chat completion', 'local:mine', 'chat', image('model'), /role model cannot contain images/],
    ['an image that Gemini made', 'google:gemini-4-argon', 'generate-content', image('model'), null],
    // The address says that it is an image; its bytes say otherwise.
    [
      'audio that is called an image',
      'anthropic:claude-sonnet-5-5',
      'messages',
      user(dataUrl('image/png', wav(1))),
      /does not accept audio/,
    ],
  ];
  for (const [name, id, api, messages, expected] of rows)
    it(`is ${expected === null ? 'sent' : 'refused with the reason'}: ${name}`, () => {
      const found = unsendableMedia(messages, { id, api, accepts: capabilitiesOf(id) });
      if (expected === null) assert.equal(found, null);
      else assert.match(found?.problem ?? 'it was sent', expected);
    });

  it('is sent where the user says that the model accepts it', () => {
    const accepts = capabilitiesOf('local:mine', new Map([['local:mine', { pdf: true }]]));
    assert.equal(unsendableMedia(user(PDF_URL), { id: 'local:mine', api: 'chat', accepts }), null);
  });

  it('is refused when a variable names a file that the prompt does not place', () => {
    assert.match(unplacedFile({ doc: 'file://a.pdf' }, [])?.problem ?? '', /`doc` names the file file:\/\/a\.pdf/);
    assert.equal(unplacedFile({ doc: 'file://a.pdf', text: 'x' }, user('file://a.pdf')), null);
  });

  const rest = { tools: [], output: { format: null, name: null, schema: null, strict: false }, parameters: {} } as const;
  const partIn = (body: object): unknown => {
    const { messages, input, contents } = body as Record<string, { content?: unknown[]; parts?: unknown[] }[]>;
    const [first] = messages ?? input ?? contents ?? [];
    return (first?.content ?? first?.parts ?? []).at(-1);
  };
  const base64 = pdf(3).toString('base64');
  it('carries a PDF as each format documents it', () => {
    const request = { ...rest, messages: user(PDF_URL) };
    assert.deepEqual(partIn(chatBody('m', request)), { type: 'file', file: { filename: 'document.pdf', file_data: PDF_URL } });
    assert.deepEqual(partIn(responsesBody('m', request, { ttl: null, comparedWith: null, store: false })), {
      type: 'input_file',
      filename: 'document.pdf',
      file_data: PDF_URL,
    });
    assert.deepEqual(partIn(messagesBody('m', request, { ttl: null, comparedWith: null })), {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: base64 },
    });
    assert.deepEqual(partIn(contentBody('m', request)), { inlineData: { mimeType: 'application/pdf', data: base64 } });
  });

  it('carries a PDF at an address, and audio, as each format documents it', () => {
    const at = { ...rest, messages: user('https://x.example/a.pdf') };
    assert.deepEqual(partIn(messagesBody('m', at, { ttl: null, comparedWith: null })), {
      type: 'document',
      source: { type: 'url', url: 'https://x.example/a.pdf' },
    });
    assert.deepEqual(partIn(contentBody('m', at)), { fileData: { fileUri: 'https://x.example/a.pdf', mimeType: 'application/pdf' } });
    assert.deepEqual(partIn(responsesBody('m', at, { ttl: null, comparedWith: null, store: false })), {
      type: 'input_file',
      file_url: 'https://x.example/a.pdf',
    });
    const sound = { ...rest, messages: user(WAV_URL) };
    const data = wav(2).toString('base64');
    assert.deepEqual(partIn(chatBody('m', sound)), { type: 'input_audio', input_audio: { data, format: 'wav' } });
    assert.deepEqual(partIn(contentBody('m', sound)), { inlineData: { mimeType: 'audio/wav', data } });
  });
});

describe('the tokens of files', () => {
  const count = (messages: Message[], model: string): { low: number; high: number } => {
    const request = { messages, tools: [], output: { format: null, name: null, schema: null, strict: false } };
    const { total, band } = countRequest(request, model, { exact: true }, () => 0);
    const { total: empty } = countRequest({ ...request, messages: [{ role: 'user', content: [] }] }, model, { exact: true }, () => 0);
    return { low: total - band - empty, high: total + band - empty };
  };

  it('are a band by pages and seconds, as the providers publish it', () => {
    // Anthropic, PDF support: 1,500 to 3,000 tokens of text a page, and the page as an image of at most 4,784.
    assert.deepEqual(count(user(PDF_URL, { pages: 3 }), 'claude-sonnet-5-5'), { low: 4500, high: 3 * 7784 });
    // Gemini: 258 tokens a page before Gemini 3, then 280 to 1,120; 32 tokens a second.
    assert.deepEqual(count(user(PDF_URL, { pages: 3 }), 'gemini-2.5-flash'), { low: 774, high: 774 });
    assert.deepEqual(count(user(PDF_URL, { pages: 3 }), 'gemini-4-argon'), { low: 840, high: 3360 });
    assert.deepEqual(count(user(WAV_URL, { seconds: 2 }), 'gemini-4-argon'), { low: 64, high: 64 });
  });

  it('are never above what a spending limit reserves, known or not', () => {
    for (const model of ['claude-sonnet-5-5', 'gemini-4-argon', 'gpt-6-luna'])
      for (const pages of [1, 40, null]) {
        const messages = user(PDF_URL, { pages });
        const output = { format: null, name: null, schema: null, strict: false } as const;
        assert.ok(count(messages, model).high <= inputTokensAtMost({ messages, tools: [], output }), `${model}, ${pages} pages`);
      }
  });
});

describe('files of the workspace', () => {
  let root = '';
  beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'goldset-media-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const request = (url: string): RenderedRequest => ({
    ...{ segments: [], origins: [], tools: [], output: { format: null, name: null, schema: null, strict: false }, parameters: {} },
    messages: user(url),
  });
  const mediaOf = async (url: string): Promise<object> => {
    const read = mediaReader(root, (base64) => Promise.resolve(mediaFacts(Buffer.from(base64, 'base64'))));
    const { messages } = await withMedia(request(url), 'a.prompt', read);
    const part = messages[0]?.content.at(-1);
    return part !== undefined && 'media' in part ? part.media : {};
  };

  it('are read from a path and from file://, with their pages and length, whatever they are called', async () => {
    writeFileSync(path.join(root, 'a.pdf'), pdf(4));
    writeFileSync(path.join(root, 'b.png'), wav(2));
    assert.deepEqual(await mediaOf('a.pdf'), { url: dataUrl('application/pdf', pdf(4)), pages: 4 });
    assert.deepEqual(await mediaOf('file://a.pdf'), { url: dataUrl('application/pdf', pdf(4)), pages: 4 });
    assert.deepEqual(await mediaOf('b.png'), { url: dataUrl('audio/wav', wav(2)), seconds: 2 });
    assert.deepEqual(await mediaOf(dataUrl('image/png', pdf(2))), { url: dataUrl('application/pdf', pdf(2)), pages: 2 });
    assert.deepEqual(await mediaOf('https://x.example/a.pdf'), { url: 'https://x.example/a.pdf' });
    assert.deepEqual(new MediaDescriber().describe(root, 'a.pdf', 'a.prompt'), { contentType: 'application/pdf', pages: 4, seconds: null });
  });

  it('are read once for each state of them when they are described', () => {
    const file = path.join(root, 'a.pdf');
    const media = new MediaDescriber();
    const pages = (): number | null | undefined => media.describe(root, 'a.pdf', 'a.prompt')?.pages;
    const [first, second] = [pdf(4), pdf(5)];
    assert.equal(first.length, second.length);
    const at = new Date('2026-11-01T00:00:00Z');
    writeFileSync(file, first);
    utimesSync(file, at, at);
    assert.equal(pages(), 4);
    // The same size and time: as if nothing had changed, so nothing is read.
    writeFileSync(file, second);
    utimesSync(file, at, at);
    assert.equal(pages(), 4);
    utimesSync(file, at, new Date('2026-11-02T00:00:00Z'));
    assert.equal(pages(), 5);
    rmSync(file);
    assert.equal(pages(), undefined);
  });

  it('are refused above 20 MB, of an unknown type, and outside the workspace', async () => {
    writeFileSync(path.join(root, 'large.pdf'), pdf(1));
    truncateSync(path.join(root, 'large.pdf'), 20 * 1024 * 1024 + 1);
    writeFileSync(path.join(root, 'page.pdf'), '<html>');
    const code = (url: string): Promise<string> =>
      mediaOf(url).then(
        () => 'read',
        (error: unknown) => (error instanceof HumanError ? error.code : String(error)),
      );
    assert.deepEqual(
      [await code('large.pdf'), await code('page.pdf'), await code('file:///etc/hostname'), await code('missing.pdf')],
      ['media/too-large', 'media/type', 'media/missing', 'media/missing'],
    );
  });
});
