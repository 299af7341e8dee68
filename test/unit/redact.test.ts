import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { FollowUp, Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { redactor } from '../../src/core/feedback/redaction/redact.ts';
import { patternProblem } from '../../src/core/config/redaction-patterns.ts';
import { BUILT_INS, DEFAULT_REDACTION, type RedactionRules } from '../../src/core/config/redaction-rules.ts';
import { storedLineText, readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { processorMs } from './processor-time.ts';
import { SEEDS } from './numbers/simulated-rate.ts';

const NONE: RedactionRules = { builtIn: [], fields: [], patterns: [] };

function interaction(more: Partial<Record<keyof Interaction, unknown>> = {}): Interaction {
  const read = readInteraction(JSON.stringify({ id: 'i1', time: '2026-11-25T10:00:00Z', ...more }));
  assert.ok('interaction' in read, JSON.stringify(read));
  return read.interaction;
}

function redacted(given: Interaction, rules: RedactionRules = DEFAULT_REDACTION): Interaction {
  const line = redactor(rules)({ interaction: given });
  assert.ok('interaction' in line);
  return line.interaction;
}

const outputOf = (output: string, rules = DEFAULT_REDACTION): string => redacted(interaction({ output }), rules).output ?? '';

// Put together here, so that no scanner takes this file for a leak.
const of = (...parts: readonly string[]): string => parts.join('');
const KEYS = [
  of('sk-', 'proj-abcdEFGH1234567890abcd'),
  of('sk-', 'ant-api03-abcdEFGH1234567890_-abcd'),
  of('pk-', 'lf-0f8fad5b-d9cb-469f-a165-70867728950e'),
  of('sk_', 'live_abcdEFGH1234567890'),
  of('AIza', 'SyA1234567890abcdefghijklmnopqrstuv'),
  of('ghp_', 'abcdEFGH1234567890abcdEFGH1234567890'),
  of('github_', 'pat_11ABCDEFG0abcdefghij_1234567890'),
  of('glpat-', 'abcdEFGH1234567890ab'),
  of('xoxb-', '123456789012-abcdefghij'),
  of('hf_', 'abcdEFGHijklMNOPqrstUVWXyzabcdEFGH'),
  of('gsk_', 'abcdEFGHijklMNOPqrstUVWXyzabcdEFGHijkl'),
  of('AKIA', 'IOSFODNN7EXAMPLE'),
  of('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0NTY3ODkwIn0', '.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'),
  of('-----BEGIN RSA PRIV', 'ATE KEY-----\nMIIEowIBAAKCAQEA1234+/=\nabcd\n-----END RSA PRIV', 'ATE KEY-----'),
];

describe('redaction: what is found in a text', () => {
  const found: readonly (readonly [string, string])[] = [
    ['Write to ana.b+shop@example.co.uk, please.', 'Write to [email], please.'],
    ['müller@exämple.de asked', '[email] asked'],
    ['Call +49 (0)30 1234-567 today', 'Call [phone] today'],
    ['(555) 234-5678 or 555.234.5679', '[phone] or [phone 2]'],
    ['0171 2345678, 030/1234567, 01712345678', '[phone], [phone 2], [phone]'],
    ['01 23 45 67 89', '[phone]'],
    ['0049 171 2345678', '[phone]'],
    ['card 4111 1111 1111 1111 12/27 123', 'card [card] 12/27 123'],
    ['5555-5555-5555-4444 and 378282246310005', '[card] and [card 2]'],
    ['Authorization: Bearer abcdef0123456789abcdef', 'Authorization: Bearer [key]'],
    ['postgres://app:s3cr3t-pass@db/prod', 'postgres://app:[key]@db/prod'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = [key]'],
    ['pay to DE89 3704 0044 0532 0130 00 or de89370400440532013000', 'pay to [iban] or [iban]'],
    ['from 192.168.10.20 and 2001:db8::1 to 127.0.0.1', 'from [ip] and [ip 2] to 127.0.0.1'],
    ['Authorization: Basic YW5hOmxldG1laW4=', 'Authorization: Basic [key]'],
    ['a@x.io, b@x.io and A@X.IO', '[email], [email 2] and [email]'],
  ];
  for (const [text, expected] of found) it(text, () => assert.equal(outputOf(text), expected));
  for (const key of KEYS) it(`a key such as ${key.slice(0, 9)}…`, () => assert.equal(outputOf(`key: ${key} end`), 'key: [key] end'));

  const kept = [
    '2026-11-25 10:00:00 and 25.11.2026 10:30 and 2026-11-25T10:00:00.000Z',
    '0f8fad5b-d9cb-469f-a165-708677289501 01234567-0123-4567-8901-012345678901',
    'order 4111111111111112, no card: Luhn is wrong',
    'invoice 1764151200000, 5551234567, 3.14159265358979, 0.123456789',
    'react@18.2.0 @types/node a @ b',
    'total 12,345,678.90 EUR for 1 000 000 units',
    'sk-short, task-based-approach-to-things, risk_management_in_practice_everywhere',
    'commit 7ef1c450123456789abcdef0123456789abcdef0',
    'temperature 01.02.2026 10, sizes 10 20 30 40 50 60',
  ];
  for (const text of kept) it(`nothing in: ${text}`, () => assert.equal(outputOf(text), text));

  it('nothing in the bytes of an image, but what stands behind them', () => {
    const image = `data:image/png;base64,${'+0171234567/'.repeat(50)}==`;
    assert.equal(outputOf(image), image);
    assert.equal(outputOf(`${image};a@b.io`).endsWith(';[email]'), true);
  });

  it('each built-in can be left out', () => {
    const text = `a@b.io +49 30 1234567 4111111111111111 DE89370400440532013000 8.8.8.8 ${KEYS[0] ?? ''}`;
    const without = BUILT_INS.map((name) => outputOf(text, { ...NONE, builtIn: BUILT_INS.filter((item) => item !== name) }));
    assert.deepEqual(without, [
      `a@b.io [phone] [card] [iban] [ip] [key]`,
      `[email] +49 30 1234567 [card] [iban] [ip] [key]`,
      `[email] [phone] 4111111111111111 [iban] [ip] [key]`,
      `[email] [phone] [card] DE89370400440532013000 [ip] [key]`,
      `[email] [phone] [card] [iban] 8.8.8.8 [key]`,
      `[email] [phone] [card] [iban] [ip] ${KEYS[0] ?? ''}`,
    ]);
    assert.equal(outputOf(text, NONE), text);
  });
});

describe('redaction: where it looks', () => {
  it('in every text of a record, however deep; what joins and counts stays', () => {
    const mail = 'ana@example.com';
    const given = interaction({
      action: { type: 'ticket', id: mail },
      trace: '4111111111111111',
      conversation: '+49 171 2345678',
      responseId: 'resp_a@b.io',
      user: mail,
      prompt: { name: mail, version: '1' },
      model: 'openai:a@b.io',
      variables: { [mail]: { list: [mail] } },
      parameters: { note: mail },
      messages: [
        { role: 'user', content: [{ type: 'text', text: mail }] },
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { arguments: JSON.stringify({ to: mail }) } }] },
      ],
      tools: [{ description: mail }],
      chunks: [{ id: 'c1', text: mail, score: 0.5 }],
      output: mail,
      error: { type: 'x', message: mail },
      signals: [{ kind: 'explicit', name: 'correction', value: mail, note: mail, by: mail }],
      usage: { input: 1, output: 2 },
    });
    const after = redacted(given);
    const expected = interaction({
      ...given,
      variables: { [mail]: { list: ['[email]'] } },
      parameters: { note: '[email]' },
      messages: [
        { role: 'user', content: [{ type: 'text', text: '[email]' }] },
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { arguments: '{"to":"[email]"}' } }] },
      ],
      tools: [{ description: '[email]' }],
      chunks: [{ id: 'c1', text: '[email]', score: 0.5 }],
      output: '[email]',
      error: { type: 'x', message: '[email]' },
      signals: [{ kind: 'explicit', name: 'correction', value: '[email]', note: '[email]', by: '[email]' }],
    });
    assert.deepEqual(after, expected);
  });

  it('in what becomes known later', () => {
    const followUp: FollowUp = {
      of: { interaction: 'a@b.io', response: null, trace: null, conversation: null },
      time: '2026-11-25T10:00:00.000Z',
      signals: [{ kind: 'explicit', name: 'correction', value: 'a@b.io', annotator: 'human', by: null, time: null, note: null }],
      chunks: [{ id: null, text: 'a@b.io', score: null }],
      action: null,
      triage: 'dismissed',
      reason: 'as c@d.io said',
    };
    const line = redactor(DEFAULT_REDACTION)({ followUp });
    assert.ok('followUp' in line);
    assert.equal(line.followUp.of.interaction, 'a@b.io');
    assert.equal(line.followUp.signals[0]?.value, '[email]');
    assert.equal(line.followUp.chunks[0]?.text, '[email]');
    assert.equal(line.followUp.reason, 'as [email 2] said');
  });

  it('a card number may be a number', () => {
    const { variables } = redacted(interaction({ variables: { card: 4111111111111111, order: 1764151200000 } }));
    assert.deepEqual(variables, { card: '[card]', order: 1764151200000 });
  });

  it('what is deeper than anything meant goes, and a key such as __proto__ stays a key', () => {
    let deep: JsonValue = 'a@b.io';
    for (let i = 0; i < 5000; i++) deep = [deep];
    const given = { ...interaction(), variables: JSON.parse('{"__proto__":"a@b.io"}') as Interaction['variables'], messages: [deep] };
    const line = storedLineText({ interaction: redacted(given) });
    assert.ok(line.includes('[redacted]') && !line.includes('a@b.io'));
    assert.ok(line.includes('"variables":{"__proto__":"[email]"}'), line);
  });
});

describe('redaction: fields', () => {
  it('are taken out by their path; ids become unknown', () => {
    const given = interaction({
      user: 'u-1',
      conversation: 'c-1',
      variables: { name: 'Ana', address: { city: 'Rome' }, plan: 'pro' },
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'text', text: 'x' }] },
      ],
      chunks: [{ id: 'd', text: 'secret', score: 1 }],
      signals: [{ kind: 'explicit', name: 'thumb', value: -1, note: 'bad' }],
      output: 'fine',
    });
    const fields = ['user', 'variables.name', 'variables.address', 'messages.*.content', 'chunks', 'signals.*.note'];
    const { user, conversation, variables, messages, chunks, signals, output } = redacted(given, { ...NONE, fields });
    assert.deepEqual([user, conversation, output], [null, 'c-1', 'fine']);
    assert.deepEqual(variables, { name: '[redacted]', address: '[redacted]', plan: 'pro' });
    assert.deepEqual(messages, [
      { role: 'user', content: '[redacted]' },
      { role: 'assistant', content: '[redacted]' },
    ]);
    assert.deepEqual(chunks, [{ id: 'd', text: '[redacted]', score: 1 }]);
    assert.deepEqual([signals[0]?.value, signals[0]?.note], [-1, '[redacted]']);
    assert.deepEqual(redacted(given, { ...NONE, fields: ['variables'] }).variables, {
      name: '[redacted]',
      address: '[redacted]',
      plan: '[redacted]',
    });
  });
  it('that would break a record or mean nothing are refused', () => {
    for (const field of ['id', 'time', 'prompt.name', 'variables..x', 'output.x', 'chunks.text', ''])
      assert.throws(() => redactor({ ...NONE, fields: [field] }), RangeError, field);
  });
});

describe('redaction: patterns', () => {
  it('of the user, (?i) too, with a mark of their own', () => {
    const rules = { ...NONE, patterns: ['(?i)emp-\\d{4}', 'Project \\p{Lu}\\w+'] };
    assert.equal(
      outputOf('EMP-1234 and emp-9999 of Project Falcon 😀 EMP-1234', rules),
      '[redacted] and [redacted 2] of [redacted 3] 😀 [redacted]',
    );
  });
  it('take along the mark that they reach into, and leave what stands in a mark', () => {
    assert.equal(outputOf('customer a@b.io!', { ...DEFAULT_REDACTION, patterns: ['customer \\S+'] }), '[redacted]');
    assert.equal(outputOf('mail a@b.io', { ...DEFAULT_REDACTION, patterns: ['email', '\\[\\w+\\]'] }), 'mail [email]');
  });
  it('that cannot be used say why', () => {
    assert.match(patternProblem('(') ?? '', /invalid/);
    assert.match(patternProblem('(?=x)y') ?? '', /look-around/);
    assert.match(patternProblem('(a)\\1') ?? '', /back-references/);
    assert.match(patternProblem('x*') ?? '', /empty text/);
    assert.match(patternProblem('(?:a{500}|b{500}|c{500}|d{500}){1}x{500}') ?? '', /too large/);
    assert.throws(() => redactor({ ...NONE, patterns: ['('] }), RangeError);
  });
  it('cost time in proportion to the text, however hostile they are', () => {
    const time = (length: number): number => {
      const rules = { ...DEFAULT_REDACTION, patterns: ['(a+)+$', '(a|aa)+b', '\\s*\\s*\\s*x', '.*.*.*=y'] };
      const line = { interaction: interaction({ output: 'a'.repeat(length) + ' '.repeat(length) }) };
      // One of its own each time, since it remembers texts in which it found nothing.
      return processorMs(() => redactor(rules)(line));
    };
    const [short, long] = [time(5_000), time(50_000)];
    // Quadratic would be 100 times, and backtracking would not end.
    assert.ok(long < Math.max(short, 5) * 40, `${short} ms, ${long} ms`);
  });
});

describe('redaction: the built-ins', () => {
  const pieces = [
    'a@',
    'a@b.',
    '1 ',
    '0171 ',
    '4111-1111 ',
    'eyJaaaaaaaaaaaa-',
    '://a:b',
    'Bearer a',
    'secret_access_key=',
    'sk-a',
    '[email] a@b.io ',
  ];
  for (const piece of pieces) {
    it(`take time in proportion to a text of ${piece}`, () => {
      const time = (length: number): number => {
        const line = { interaction: interaction({ output: piece.repeat(length / piece.length) }) };
        return processorMs(() => redactor(DEFAULT_REDACTION)(line));
      };
      // Quadratic would be 100 times: seconds for some of these.
      const [short, long] = [time(10_000), time(100_000)];
      assert.ok(long < Math.max(short, 4) * 40, `${short} ms, ${long} ms`);
    });
  }
});

describe('redaction: always', () => {
  const pieces = fc.constantFrom(
    ...['a@b.io', 'c.d@e.co', '+49 171 2345678', '0171 2345678', '4111 1111 1111 1111', '[email]', '[key 2]', '[redacted', ']', ' ', '\n'],
    ...['x', '0', '1', '@', '.', '-', '+', 'Bearer ', 'https://u:p', 'foo', 'bar', '12', KEYS[0] ?? '', KEYS[12] ?? '', 'é', '😀'],
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const rules = fc.record({
    builtIn: fc.subarray([...BUILT_INS]),
    fields: fc.subarray(['variables.a', 'messages.*.content', 'output', 'user', 'signals']),
    patterns: fc.subarray(['foo', '\\bbar', '^x', 'o.{1,3}b', '\\d+', '(?i)[a-c]@', 'redact', '.+\\]', '(?s).+io']),
  });
  it('twice is as once, the record stays readable, and what nothing finds is as it was', () => {
    fc.assert(
      fc.property(rules, text, text, fc.jsonValue({ maxDepth: 3 }), (given, output, content, json) => {
        const redact = redactor(given);
        const line = {
          interaction: {
            ...interaction({
              output,
              user: 'u',
              messages: [{ role: 'user', content }],
              signals: [{ kind: 'explicit', name: 'n', value: content }],
            }),
            variables: { a: output, b: json as JsonValue },
          },
        };
        const once = redact(line);
        assert.deepEqual(redact(once), once);
        assert.ok('interaction' in readInteraction(storedLineText(once)));
        if (given.builtIn.length + given.fields.length + given.patterns.length === 0)
          assert.equal(storedLineText(once), storedLineText(line));
      }),
      { numRuns: SEEDS === 1 ? 1000 : 3000 },
    );
  });
  it('no e-mail address and no card is left, wherever it stands', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom(' ', '\n', '"', '<', ', ', '(', ':'), word, (local, domain, mark, tail) => {
        const address = `${local}@${domain}.com`;
        assert.ok(!outputOf(`${tail}${mark}${address}${mark}${tail}`).includes(address));
        assert.ok(!outputOf(`${tail}${mark}4111-1111-1111-1111${mark}${tail}`).includes('1111'));
      }),
    );
  });
});

describe('redaction: goldset.yaml', () => {
  const read = (text: string) => {
    const { config, diagnostics } = readGoldsetYaml('goldset.yaml', text);
    return {
      capture: config.capture,
      problems: diagnostics.map(({ message, range }) => [text.slice(0, range?.start ?? 0).split('\n').length - 1, message] as const),
    };
  };
  it('finds all built-ins and keeps everything when it says nothing', () => {
    assert.deepEqual(read('model: x:y\n').capture, { redact: DEFAULT_REDACTION, keepDays: null, keepMb: null, problem: null });
  });
  it('says what is taken out and how long what is left stays', () => {
    const { capture, problems } = read(
      'capture:\n  redact: { builtIn: [keys, email], fields: [user], patterns: ["(?i)emp-\\\\d+"] }\n  keepDays: 90\n  keepMb: 2000\n',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(capture, {
      redact: { builtIn: ['email', 'keys'], fields: ['user'], patterns: ['(?i)emp-\\d+'] },
      keepDays: 90,
      keepMb: 2000,
      problem: null,
    });
    assert.deepEqual(read('capture: { redact: { builtIn: [] } }').capture.redact.builtIn, []);
  });
  it('has a place for each slip, and says that nothing may be written', () => {
    const { capture, problems } = read(
      'capture:\n  redact:\n    builtIn: [email,\n      mail]\n    fields:\n      - id\n    patterns:\n      - "(a"\n      - 5\n    builtin: []\n  keepDays: -1\n',
    );
    assert.deepEqual(
      problems.map(([line]) => line).sort((a, b) => a - b),
      [3, 5, 7, 8, 9, 10],
    );
    assert.match(capture.problem ?? '', /Unknown key `builtin`/);
    assert.match(read('capture: { redact: { pattern: [secret] } }').capture.problem ?? '', /Unknown key/);
    assert.match(read('capture: { redact: { patterns: secret } }').capture.problem ?? '', /must be a list/);
    assert.match(read('capture: { redact: [email] }').capture.problem ?? '', /must be a map/);
  });
});
