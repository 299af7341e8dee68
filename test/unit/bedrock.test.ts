/** AWS's signature against AWS's own test vectors, and its event stream split at every byte. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFrames } from '../../src/adapters/models/bedrock/event-frames.ts';
import { signedHeaders } from '../../src/adapters/models/bedrock/signature.ts';
import { isProviderError } from '../../src/core/problems/errors.ts';
import { isOwnPair } from '../../src/core/config/key-pair.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { event, eventFrame, exception } from '../system/providers/event-frames.ts';

/**
 * The test suite of Signature Version 4 as AWS publishes it (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4): the requests, and the
 * signatures that it expects of them. `signsBody`: `sign_body` of the vector's context.
 */
interface Vector {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sessionToken?: string;
  readonly signsBody?: true;
  readonly signature: string;
}

const FORM = { 'Content-Length': '13' };
const VECTORS: Readonly<Record<string, Vector>> = {
  'get-vanilla': { method: 'GET', path: '/', signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  'get-vanilla-with-session-token': {
    method: 'GET',
    path: '/',
    sessionToken: '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267',
    signature: '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8',
  },
  'get-vanilla-query-order-key-case': {
    method: 'GET',
    path: '/?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  'get-unreserved': {
    method: 'GET',
    path: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  'get-header-value-trim': {
    method: 'GET',
    path: '/',
    headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  'post-vanilla': { method: 'POST', path: '/', signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b' },
  'post-x-www-form-urlencoded': {
    method: 'POST',
    path: '/',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...FORM },
    body: 'Param1=value1',
    signsBody: true,
    signature: 'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
  },
  'post-x-www-form-urlencoded-parameters': {
    method: 'POST',
    path: '/',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8', ...FORM },
    body: 'Param1=value1',
    signsBody: true,
    signature: '328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422',
  },
};

describe('a signature of AWS', () => {
  for (const [name, { method, path, headers = {}, body = '', sessionToken = null, signsBody = false, signature }] of Object.entries(
    VECTORS,
  ))
    it(`is that of the published vector ${name}`, async () => {
      const signed = await signedHeaders(
        { method, url: new URL(path, 'https://example.amazonaws.com'), headers, body },
        { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken },
        { region: 'us-east-1', service: 'service' },
        new Date('2015-08-30T12:36:00Z'),
        signsBody,
      );
      assert.match(
        signed['authorization'] ?? '',
        new RegExp(`Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, .*Signature=${signature}$`),
      );
      assert.equal(signed['x-amz-date'], '20150830T123600Z');
    });

  it('covers the hash of the body, the session token and the host', async () => {
    const signed = await signedHeaders(
      { method: 'POST', url: new URL('https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3A0/converse'), headers: {}, body: '{}' },
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
      { region: 'us-east-1', service: 'bedrock' },
      new Date('2026-11-29T00:00:00Z'),
    );
    assert.match(signed['authorization'] ?? '', /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/);
    assert.equal(signed['x-amz-content-sha256'], createHash('sha256').update('{}').digest('hex'));
  });
});

describe('an event stream of AWS', () => {
  const frames = [
    event('messageStart', { role: 'assistant' }),
    event('contentBlockDelta', { delta: { text: 'wörld' } }),
    exception('throttlingException', 'slow'),
  ];
  const expected = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'wörld' } } },
    { error: { message: 'slow', code: 'throttlingException' } },
  ];
  const stream = Buffer.concat(frames);
  const read = async (...pieces: readonly Uint8Array[]): Promise<JsonObject[]> => {
    const events: JsonObject[] = [];
    await readFrames(
      'm',
      (async function* () {
        for (const piece of pieces) yield await Promise.resolve(piece);
      })(),
      (each) => events.push(each),
    );
    return events;
  };

  it('has frames as AWS describes them: the empty message of its test vectors', () =>
    assert.equal(eventFrame({}, '').toString('hex'), '000000100000000005c248eb7d98c8ff'));

  it('is read the same, at whatever byte the network cuts it', async () => {
    for (let at = 0; at <= stream.length; at++)
      assert.deepEqual(await read(stream.subarray(0, at), stream.subarray(at)), expected, `cut at ${at}`);
    assert.deepEqual(await read(...Array.from(stream, (byte) => Uint8Array.of(byte))), expected);
  });

  it('gives the whole frames of a stream that ends inside one, and no more', async () => {
    const [first = Buffer.alloc(0)] = frames;
    for (const end of [first.length, first.length + 1, first.length + 20])
      assert.deepEqual(await read(stream.subarray(0, end)), expected.slice(0, 1));
  });

  it('reads an error without an exception', async () =>
    assert.deepEqual(await read(eventFrame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'broken' }, '')), [
      { error: { code: 'InternalError', message: 'broken' } },
    ]));

  it('is refused where any byte of it was changed', async () => {
    const frame = event('messageStart', { role: 'assistant' });
    for (let at = 4; at < frame.length; at++) {
      const changed = Buffer.from(frame);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await assert.rejects(read(changed), (error) => isProviderError(error) && error.failure === 'malformed', `byte ${at}`);
    }
  });

  for (const [what, length] of [
    ['less than a frame has', 3],
    ['more than a frame may have', 2 ** 31],
  ] as const)
    it(`is refused where a frame says that it has ${what}`, async () => {
      const bytes = Buffer.alloc(16);
      bytes.writeUInt32BE(length, 0);
      await assert.rejects(read(bytes), (error) => isProviderError(error) && error.failure === 'malformed');
    });
});

describe('a provider of the kind bedrock', () => {
  const read = (text: string) => readGoldsetYaml('goldset.yaml', `providers: { aws: ${text} }\n`);
  const urlOf = (text: string): unknown[] => {
    const provider = read(text).config.providers.get('aws');
    return provider?.kind === 'bedrock' ? [provider.baseUrl, provider.region] : [];
  };
  for (const [text, url, region] of [
    ['{ kind: bedrock, region: eu-central-1 }', 'https://bedrock-runtime.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['{ kind: bedrock, region: us-gov-west-1 }', 'https://bedrock-runtime.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    [
      '{ kind: bedrock, baseUrl: "https://bedrock-runtime-fips.us-east-1.amazonaws.com" }',
      'https://bedrock-runtime-fips.us-east-1.amazonaws.com',
      'us-east-1',
    ],
    [
      '{ kind: bedrock, baseUrl: "https://vpce-1.bedrock-runtime.us-west-2.vpce.amazonaws.com" }',
      'https://vpce-1.bedrock-runtime.us-west-2.vpce.amazonaws.com',
      'us-west-2',
    ],
    ['{ kind: bedrock, baseUrl: "http://127.0.0.1:1", region: us-east-1 }', 'http://127.0.0.1:1', 'us-east-1'],
  ] as const)
    it(`${text} is signed for ${region} at ${url}`, () => assert.deepEqual(urlOf(text), [url, region]));
  for (const [text, message] of [
    ['{ kind: bedrock }', /needs a `region`/],
    ['{ kind: bedrock, baseUrl: "https://gateway.example.com" }', /needs a `region`/],
    ['{ kind: bedrock, region: "evil.example/us-east-1" }', /must be a region of AWS/],
  ] as const)
    it(`${text} is a problem, and the provider is not used`, () => {
      const { config, diagnostics } = read(text);
      assert.equal(config.providers.size, 0);
      assert.match(diagnostics.map(({ message: said }) => said).join(), message);
    });
  for (const [origin, isOwn] of [
    ['https://bedrock-runtime.us-east-1.amazonaws.com', true],
    ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com', true],
    ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', true],
    ['https://bedrock-mantle.eu-west-1.api.aws', true],
    ['https://bedrock-runtime.us-east-1.amazonaws.com.evil.example', false],
    ['https://evil-bedrock-runtime.us-east-1.amazonaws.com', false],
    ['https://bedrock-runtime.us-east-1.amazonaws.com:8443', false],
    ['http://bedrock-runtime.us-east-1.amazonaws.com', false],
    ['https://s3.us-east-1.amazonaws.com', false],
    ['https://bedrock-runtime.us-east-1.evil.amazonaws.com', false],
  ] as const)
    it(`the AWS variables are ${isOwn ? '' : 'not '}at home at ${origin}`, () => {
      for (const variable of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK'])
        assert.equal(isOwnPair({ variable, origin }), isOwn);
      assert.equal(isOwnPair({ variable: 'OPENAI_API_KEY', origin }), false);
    });
});
