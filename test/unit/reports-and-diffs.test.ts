/** What leaves the page: differences for the eye, tables for a spreadsheet, commands for a shell. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { curlOf } from '../../src/engine/runs/request-view.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { CandidateHead } from '../../src/core/results/candidate-head.ts';
import type { RenderedRequest } from '../../src/core/prompt/request.ts';
import { curlCommand } from '../../src/adapters/models/curl.ts';
import { diffJson } from '../../src/core/compare/text/json-diff.ts';
import { diffWords, onlyChanges } from '../../src/core/compare/text/word-diff.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { csvCell } from '../../src/core/report/csv.ts';
import { visibleControls } from '../../src/core/display/visible-controls.ts';

describe('differences', () => {
  it('say word by word what was taken away and what was added', () => {
    assert.deepEqual(diffWords('The parcel is late.', 'The parcel was late!'), [
      { kind: 'same', text: 'The parcel ' },
      { kind: 'removed', text: 'is' },
      { kind: 'added', text: 'was' },
      { kind: 'same', text: ' late' },
      { kind: 'removed', text: '.' },
      { kind: 'added', text: '!' },
    ]);
  });

  it('give both texts back, whatever they are', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(text, text, (from, to) => {
        const parts = diffWords(from, to);
        const side = (leave: string): string => parts.flatMap(({ kind, text: part }) => (kind === leave ? [] : [part])).join('');
        assert.equal(side('added'), from);
        assert.equal(side('removed'), to);
      }),
      { numRuns: 500 },
    );
  });

  it('end for texts that share nothing, however long', () => {
    const words = (seed: number): string => Array.from({ length: 50_000 }, (_, i) => `w${(i * seed) % 99_991}`).join(' ');
    const parts = diffWords(words(7), words(11));
    assert.ok(parts.length > 0 && parts.length < 20_000);
  });

  it('leave out what is the same', () => {
    const parts = onlyChanges(diffWords(`${'same '.repeat(50)}old ${'end '.repeat(50)}`, `${'same '.repeat(50)}new ${'end '.repeat(50)}`));
    assert.ok(parts.map(({ text }) => text).join('').length < 150);
  });

  it('of JSON go by field, and their order does not count', () => {
    const changes = diffJson({ a: 1, b: { c: [1, 2], d: 'x' } }, { b: { d: 'y', c: [1] }, a: 1, e: null });
    assert.deepEqual(
      changes.filter(({ kind }) => kind !== 'same').map(({ path, kind, from, to }) => [path, kind, from, to]),
      [
        ['b.c[1]', 'removed', '2', null],
        ['b.d', 'changed', '"x"', '"y"'],
        ['e', 'added', null, 'null'],
      ],
    );
  });

  it('of any two JSON values are none exactly when they are the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.jsonValue({ maxDepth: 5 }), (a, b) => {
        assert.ok(diffJson(a as JsonValue, a as JsonValue).every(({ kind }) => kind === 'same'));
        const same = JSON.stringify(a) === JSON.stringify(b);
        if (same) assert.ok(diffJson(a as JsonValue, b as JsonValue).every(({ kind }) => kind === 'same'));
      }),
      { numRuns: 300 },
    );
  });
});

describe('exported cells', () => {
  it('are no formulas to a spreadsheet', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd|x', '\r=1', '|calc', '%1'])
      assert.match(csvCell(text), /^"?'/, JSON.stringify(text));
    assert.equal(csvCell(-1.5), '-1.5');
    assert.equal(csvCell('a, "b"\n'), '"a, ""b""\n"');
    assert.equal(csvCell(null), '');
  });

  it('never begin as one, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.doesNotMatch(csvCell(text).replace(/^"/, ''), /^\s*[=+\-@]/)));
  });
});

describe('Copy as curl', () => {
  const request = {
    url: 'http://127.0.0.1:1/v1/chat/completions',
    body: {},
    keyHeader: 'authorization',
    headers: {},
    region: null,
  } as const;

  it('keeps any text in its quotes and names the key by its variable alone', () => {
    const texts = [`it's $(touch x) \`y\` "z" \\ \n $HOME`, "'; rm -rf / #", '\u0000nul is JSON'];
    for (const text of texts) {
      const command = curlCommand({ ...request, keyVariable: 'OPENAI_API_KEY', body: { messages: [{ role: 'user', content: text }] } });
      const printed = execFileSync('sh', ['-c', `curl() { for a in "$@"; do last="$a"; done; printf %s "$last"; }\n${command}`], {
        encoding: 'utf8',
      });
      assert.deepEqual(JSON.parse(printed), { messages: [{ role: 'user', content: text }] });
      assert.match(command, /Bearer \$OPENAI_API_KEY"/);
    }
    assert.doesNotMatch(curlCommand({ ...request, keyVariable: 'a b; rm' }), /rm/);
  });
});

describe('Copy as curl for Bedrock', () => {
  const request = {
    ...{ messages: [{ role: 'user', content: [{ text: 'Hi' }] }], tools: [], parameters: {}, segments: [], origins: [] },
    output: { format: null, name: null, schema: null, strict: false },
  } as unknown as RenderedRequest;
  const head = { model: 'aws:us.anthropic.claude-opus-4-6-v1:0', parameters: {} } as unknown as CandidateHead;
  const commandOf = (settings: string, allowed: readonly string[] = []): string => {
    const { config, diagnostics } = readGoldsetYaml(
      'goldset.yaml',
      `providers: { aws: { kind: bedrock, region: eu-west-1${settings} } }\n`,
    );
    assert.deepEqual(diagnostics, []);
    return curlOf(request, head, config, { isAllowed: ({ variable }) => allowed.includes(variable) });
  };
  const OWN = ', tokenCommand: [aws, configure, export-credentials, --format, process]';

  it('signs with the AWS variables, and sends one JSON instead of binary frames', () => {
    for (const settings of ['', OWN]) {
      const command = commandOf(settings);
      assert.match(command, /^curl 'https:\/\/bedrock-runtime\.eu-west-1\.amazonaws\.com\/model\/[^/]+\/converse' /);
      assert.match(command, /--aws-sigv4 'aws:amz:eu-west-1:bedrock' --user "\$AWS_ACCESS_KEY_ID:\$AWS_SECRET_ACCESS_KEY"/);
      assert.doesNotMatch(command, /Bearer/);
    }
  });
  it('names the variable of a key, and credentials of AWS for no other server that the user has not allowed', () => {
    assert.match(commandOf(', apiKeyEnv: AWS_BEARER_TOKEN_BEDROCK'), /Authorization: Bearer \$AWS_BEARER_TOKEN_BEDROCK/);
    assert.doesNotMatch(commandOf(', apiKeyEnv: AWS_BEARER_TOKEN_BEDROCK'), /sigv4/);
    const elsewhere = ', baseUrl: "https://proxy.example"';
    assert.doesNotMatch(commandOf(elsewhere), /AWS_/);
    assert.match(commandOf(elsewhere, ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']), /sigv4/);
  });
});

describe('text of a model on the page', () => {
  it('shows hidden and reordering signs, and keeps emoji and joined letters whole', () => {
    assert.equal(visibleControls('a\u202eb\u200bc\u001b[31m\u0000'), 'a⟨202E⟩b⟨200B⟩c⟨001B⟩[31m⟨0000⟩');
    assert.equal(visibleControls('👩‍👩‍👧 ok\tx\ny'), '👩‍👩‍👧 ok\tx\ny');
    assert.equal(visibleControls('می‌خواهم'), 'می‌خواهم');
  });
});
