/** No secret reaches the disk in a record, whatever form it has, and nothing else is taken out. */
import assert from 'node:assert/strict';
import { BUILT_INS } from '../../src/core/config/redaction-rules.ts';
import { Marks, textRedactor } from '../../src/core/feedback/redaction/redact-text.ts';
import { SECRET_FORMATS } from '../../src/core/feedback/redaction/token-finder.ts';
import { processorMs } from '../unit/processor-time.ts';
import { cleanTexts } from './clean-texts.ts';
import { LABELLED, REPORTED, TOKENS, type SecretExample } from './secret-examples.ts';
import { SeededText } from './seeded-text.ts';

const SEED = 20_261_129;
/** Of a secret, so much may stay: the beginning that its issuer gives to all. Characters of a random part. */
const LEAK = 8;

const keysOnly = textRedactor({ builtIn: ['keys'], fields: [], patterns: [] });
const redact = (text: string): string => keysOnly(text, new Marks());

/** Where a secret stands in a record: alone, in a sentence, in JSON, in JSON in JSON, after escapes, in an address. */
const PLACES: readonly (readonly [name: string, put: (secret: string) => string])[] = [
  ['alone', (secret) => secret],
  ['in a sentence', (secret) => `Use ${secret} for now.`],
  ['in quotes', (secret) => `value="${secret}"`],
  ['in JSON', (secret) => JSON.stringify({ note: secret })],
  ['in JSON in JSON', (secret) => JSON.stringify({ arguments: JSON.stringify({ note: secret }) })],
  ['after an escaped line break', (secret) => `first\\n${secret}\\nlast`],
  ['in an assignment', (secret) => `X=${secret}\n`],
];
const ADDRESS = ['in an address', (secret: string) => `https://example.com/?q%3D${secret}`] as const;

interface Leak {
  readonly name: string;
  readonly text: string;
}

function leaks(examples: readonly SecretExample[], put: (secret: string) => string, random: SeededText, times: number): Leak[] {
  const found: Leak[] = [];
  for (const [name, make] of examples)
    for (let i = 0; i < times; i++) {
      random.made.length = 0;
      const text = put(make(random));
      const redacted = redact(text);
      if (random.made.some((part) => part.length >= LEAK && redacted.includes(part))) found.push({ name, text: redacted });
    }
  return found;
}

describe('redaction of secrets', () => {
  for (const [name, make] of REPORTED)
    it(`hides ${name}, which was reported to stay in clear text`, () => {
      const random = new SeededText(SEED);
      for (let i = 0; i < 20; i++) {
        const text = make(random);
        assert.match(redact(text), /\[key\]/, text);
      }
      assert.deepEqual(
        leaks([[name, make]], (secret) => secret, random, 20),
        [],
      );
    });

  it('knows at least 120 documented formats, each with its source', () => {
    const documented = SECRET_FORMATS.filter(([, , source]) => /^(?:gitleaks|trufflehog|detect-secrets|github) \S/.test(source));
    assert.ok(documented.length >= 120, String(documented.length));
    for (const [name, , source] of SECRET_FORMATS) assert.match(source, /^(?:gitleaks|trufflehog|detect-secrets|github|issuer) \S/, name);
    assert.equal(new Set(SECRET_FORMATS.map(([, form]) => form)).size, SECRET_FORMATS.length);
  });

  for (const [place, put] of [...PLACES, ADDRESS])
    it(`hides at least 98 of 100 tokens of documented formats ${place}`, () => {
      const times = 4;
      const found = leaks(TOKENS, put, new SeededText(SEED), times);
      assert.ok(found.length <= 0.02 * times * TOKENS.length, JSON.stringify(found, null, 1));
    });

  for (const [place, put] of PLACES)
    it(`hides at least 98 of 100 values that only their name gives away ${place}`, () => {
      const times = 4;
      const found = leaks(LABELLED, put, new SeededText(SEED), times);
      assert.ok(found.length <= 0.02 * times * LABELLED.length, JSON.stringify(found, null, 1));
    });

  it('has at most 5 false hits on 5,000 clean texts of many kinds', () => {
    const texts = cleanTexts(new SeededText(SEED), 5000);
    const hits = texts.filter((text) => redact(text) !== text).map((text) => redact(text));
    assert.ok(texts.length >= 5000);
    assert.ok(
      hits.length <= 5,
      hits.map((text) => text.slice(Math.max(0, text.indexOf('[key') - 60), text.indexOf('[key') + 40)).join('\n'),
    );
  });

  it('hides each of several secrets in one text and keeps what stands between them', () => {
    const random = new SeededText(SEED);
    const [first, second] = [`ghp_${random.alnum(36)}`, `dop_v1_${random.hex(64)}`];
    assert.equal(redact(`a ${first} b ${second} c ${first} d`), 'a [key] b [key 2] c [key] d');
    assert.equal(redact(`password: ${random.alnum(9)}1, user: ana`), 'password: [key], user: ana');
  });

  it('finds nothing in a text that was redacted before', () => {
    const random = new SeededText(SEED);
    for (const [name, make] of [...TOKENS, ...LABELLED, ...REPORTED]) {
      const once = redact(make(random));
      assert.equal(redact(once), once, name);
    }
  });
});

describe('redaction of hostile texts', () => {
  const random = new SeededText(SEED);
  const pieces: readonly (readonly [name: string, piece: string])[] = [
    ['beginnings of tokens', 'eyJaaaaaaaaaaaa-'],
    ['beginnings without an end', 'sk-a.xoxb-1.glpat-'],
    ['separators', 'password:=:'],
    ['names without values', '--token --password '],
    ['entries of configurations', 'name: PASSWORD value: '],
    ['private keys without an end', '-----BEGIN PRIVATE KEY-----\n'],
    ['quotes', 'password: "'],
    ['addresses', 'a://b:'],
    ['digits and bars', '123456789012345|'],
    ['base64', `${random.base64(64)}+`],
    ['dots', '1.a.'],
    ['login lines', 'login a '],
  ];
  for (const [name, piece] of pieces)
    it(`takes time in proportion to a text of ${name}`, () => {
      const time = (length: number): number => {
        const text = piece.repeat(Math.ceil(length / piece.length));
        return processorMs(() => textRedactor({ builtIn: BUILT_INS, fields: [], patterns: [] })(text, new Marks()));
      };
      // Quadratic would be 100 times.
      const [short, long] = [time(20_000), time(200_000)];
      assert.ok(long < Math.max(short, 4) * 40, `${short} ms, ${long} ms`);
    });
});
