/** `goldset import` through the built command line: what is on disk afterwards. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FollowUp, Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { ended, TestWorkspace, type Ended } from './command-line.ts';
import { LangfuseServer } from './langfuse-server.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const KEYS = {
  LANGFUSE_PUBLIC_KEY: ['pk', 'lf-11111111-2222-3333-4444-555555555555'].join('-'),
  LANGFUSE_SECRET_KEY: ['sk', 'lf-99999999-8888-7777-6666-555555555555'].join('-'),
};

interface Outcome {
  readonly interactions: number;
  readonly followUps: number;
  readonly known: number;
  readonly refused: { readonly count: number; readonly rows: readonly { readonly place: string; readonly problem: string }[] };
}

describe('goldset import', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({});
  });
  afterEach(() => workspace.dispose());

  const stored = (): { interactions: Interaction[]; followUps: FollowUp[]; refused: number } => {
    const interactions: Interaction[] = [];
    const followUps: FollowUp[] = [];
    const { refused } = new InteractionFiles(workspace.root).read(null, (line) => {
      if ('interaction' in line) interactions.push(line.interaction);
      else followUps.push(line.followUp);
    });
    return { interactions, followUps, refused: refused.count };
  };
  const onDisk = (): string => {
    const folder = path.join(workspace.root, '.goldset');
    if (!existsSync(folder)) return '';
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n');
  };
  const json = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> => {
    const { out, err, code } = await workspace.run(['import', '--json', ...args], { environment });
    assert.equal(code, 0, err);
    return JSON.parse(out) as Outcome;
  };

  describe('rows', () => {
    const CSV = [
      '\uFEFFid,created_at,question,answer,model,prompt_tokens,completion_tokens,cost_usd,latency_ms,thumbs,user\r\n',
      '1,2026-11-01 10:00:00,"Where is my ""refund"",\nana@example.com?",=HYPERLINK("x"),m,100,20,0.0012,130,up,ana\r\n',
      '2,2026-11-01T10:00:05Z,Hi,"Hello, you",m,100,20,,200,down,bob\r\n',
      '3,,no time,x,m,1,1,1,1,,\r\n',
      '4,2026-11-02,too,many,cells,1,1,1,1,,x,y,z\r\n',
      '5,2026-11-02,it said "no" to me,fine,,,,,,,',
    ].join('');

    it('of a CSV with quotes, line breaks, formulas and a BOM go in; bad ones are named; twice adds nothing', async () => {
      workspace.write({ 'calls.csv': CSV });
      const first = await json(['calls.csv', '--yes']);
      assert.deepEqual([first.interactions, first.known, first.refused.count], [3, 0, 2]);
      assert.deepEqual(
        first.refused.rows.map(({ place }) => place),
        ['calls.csv, line 5', 'calls.csv, line 6'],
      );
      const { interactions } = stored();
      assert.deepEqual(
        interactions.map(({ id, output, costUsd, latencyMs }) => [id, output, costUsd, latencyMs]),
        [
          ['1', '=HYPERLINK("x")', 0.0012, 130],
          ['2', 'Hello, you', null, 200],
          ['5', 'fine', null, null],
        ],
      );
      assert.deepEqual(interactions[0]?.messages, [{ role: 'user', content: 'Where is my "refund",\n[email]?' }]);
      assert.equal(interactions[1]?.signals[0]?.value, false);
      assert.notEqual(interactions[0].user, 'ana');
      const before = onDisk();
      const second = await json(['calls.csv', '--yes']);
      assert.deepEqual([second.interactions, second.known], [0, 3]);
      assert.equal(onDisk(), before);
    });

    it('are not taken before somebody has said that the mapping is right', async () => {
      workspace.write({ 'calls.csv': CSV });
      const { code, err } = await workspace.run(['import', 'calls.csv']);
      assert.equal(code, 2);
      assert.match(err, /output\s+← answer\s+=HYPERLINK/);
      assert.match(err, /\[email\]/);
      assert.match(err, /--yes/);
      assert.equal(stored().interactions.length, 0);
      const trial = await json(['calls.csv', '--dry-run']);
      assert.equal(trial.interactions, 3);
      assert.equal(stored().interactions.length, 0);
    });

    it('are read by a mapping that was written down and changed', async () => {
      workspace.write({ 'log.jsonl': '{"at":"2026-11-01","q":"x","took":1.5,"price":3}\n{"at":"2026-11-01","q":"y"}' });
      const guess = await workspace.run(['import', 'log.jsonl', '--write-mapping', 'guess.yaml']);
      assert.equal(guess.code, 0, guess.err);
      assert.match(workspace.read('guess.yaml'), /cost:\n {2}from: price\n {2}unit: usd/);
      workspace.write({
        'm.yaml':
          'time: at\ninput: q\nlatency: { from: took, unit: s }\ncost: { from: price, unit: cents }\nconstants: { promptName: triage }\n',
      });
      assert.equal((await json(['log.jsonl', '--mapping', 'm.yaml'])).interactions, 2);
      const [first, second] = stored().interactions;
      assert.deepEqual([first?.latencyMs, first?.costUsd, first?.prompt?.name], [1500, 0.03, 'triage']);
      assert.deepEqual([second?.latencyMs, second?.costUsd], [null, null]);
      workspace.write({ 'm.yaml': 'time: at\ninput: q\ncost: price\n' });
      const bad = await workspace.run(['import', 'log.jsonl', '--mapping', 'm.yaml']);
      assert.equal(bad.code, 2);
      assert.match(bad.err, /`cost` needs a unit/);
    });

    it('of a folder: compressed, as a list, our own lines; each is told by its first rows', async () => {
      const list = [1, 2, 3].map((i) => ({ id: `l${i}`, time: '2026-11-01', input: `a } ] " ${i}`, output: '[' }));
      workspace.write({
        'in/list.json': JSON.stringify(list, null, 2),
        'in/own.jsonl': '{"schema":"goldset.interaction/1","id":"own","time":"2026-11-01T00:00:00Z","output":"write to a@b.io"}\n',
        'in/notes.txt': 'nothing',
        'in/deep/broken.jsonl': '{"time":"2026-11-01","input":"x","id":"b"}\n{"time":\n\n[1,2]\n',
      });
      writeFileSync(path.join(workspace.root, 'in', 'zip.jsonl.gz'), gzipSync('{"id":"z","time":"2026-11-02","input":"zipped"}\n'));
      const outcome = await json(['in', '--yes']);
      assert.equal(outcome.interactions, 6);
      assert.deepEqual(
        outcome.refused.rows.map(({ place, problem }) => `${place}: ${problem}`),
        ['in/deep/broken.jsonl, line 2: It is not JSON.', 'in/deep/broken.jsonl, line 4: It is not an object with columns.'],
      );
      assert.equal(stored().interactions.find(({ id }) => id === 'own')?.output, 'write to [email]');
    });

    it('with an id that is none of theirs are named, not lost silently', async () => {
      workspace.write({
        'a.jsonl':
          '{"id":"u","time":"2026-11-01","input":"x"}\n{"id":"u","time":"2026-11-01","input":"y"}\n{"id":"u","time":"2026-11-01","input":"x"}\n',
      });
      workspace.write({ 'm.yaml': 'id: id\ntime: time\ninput: input\n' });
      const { interactions, known, refused } = await json(['a.jsonl', '--mapping', 'm.yaml']);
      assert.deepEqual([interactions, known, refused.count], [1, 1, 1]);
      assert.match(refused.rows[0]?.problem ?? '', /same id/);
    });

    it('after a line that a killed process left begin a line of their own', async () => {
      workspace.write({ 'a.jsonl': '{"id":"a","time":"2026-11-01","input":"x"}\n' });
      await json(['a.jsonl', '--yes']);
      appendFileSync(path.join(workspace.root, '.goldset', 'interactions', '2026-11-01.jsonl'), '{"schema":"goldset.inter');
      workspace.write({ 'b.jsonl': '{"id":"b","time":"2026-11-01","input":"x"}\n' });
      await json(['b.jsonl', '--yes']);
      const { interactions, refused } = stored();
      assert.deepEqual([interactions.map(({ id }) => id), refused], [['a', 'b'], 1]);
    });

    it('are redacted by the rules of goldset.yaml, and not stored at all when these are not sound', async () => {
      workspace.write({
        'goldset.yaml': 'capture:\n  redact: { fields: [user, variables.name], patterns: ["EMP-\\\\d+"] }\n',
        'a.jsonl': '{"id":"a","time":"2026-11-01","inputs":{"name":"Ana","text":"EMP-123, card 4111 1111 1111 1111"},"user":"ana"}\n',
      });
      await json(['a.jsonl', '--yes']);
      const [first] = stored().interactions;
      assert.deepEqual(first?.variables, { name: '[redacted]', text: '[redacted], card [card]' });
      assert.equal(first.user, null);
      for (const secret of ['Ana', 'EMP-123', '4111']) assert.ok(!onDisk().includes(secret), secret);
      workspace.write({
        'goldset.yaml': 'capture: { redact: { patterns: ["("] } }\n',
        'b.jsonl': '{"id":"b","time":"2026-11-01","input":"x"}\n',
      });
      const { code, err } = await workspace.run(['import', 'b.jsonl', '--yes']);
      assert.equal(code, 2);
      assert.match(err, /`capture` in goldset\.yaml is invalid/);
      assert.equal(stored().interactions.length, 1);
    });
  });

  it('OpenTelemetry files: traces and logs in two files, one request a line, twice adds nothing', async () => {
    const value = (text: string): object => ({ stringValue: text });
    const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const span = {
      traceId,
      spanId,
      name: 'chat m',
      startTimeUnixNano: '1793527200000000000',
      endTimeUnixNano: '1793527201000000000',
      attributes: [
        { key: 'gen_ai.operation.name', value: value('chat') },
        { key: 'gen_ai.request.model', value: value('m') },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '5' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: '2' } },
      ],
    };
    const log = {
      traceId,
      spanId,
      timeUnixNano: '1793527200000000000',
      eventName: 'gen_ai.user.message',
      body: { kvlistValue: { values: [{ key: 'content', value: value('Hi a@b.io') }] } },
      attributes: [],
    };
    workspace.write({ 'otel/traces.jsonl': `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })}\n` });
    writeFileSync(
      path.join(workspace.root, 'otel', 'z-logs.jsonl.gz'),
      gzipSync(`${JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] })}\nbroken\n`),
    );
    const first = await json(['otel']);
    assert.deepEqual([first.interactions, first.refused.count], [1, 1]);
    const [interaction] = stored().interactions;
    assert.deepEqual([interaction?.trace, interaction?.latencyMs, interaction?.usage?.input], [traceId, 1000, 5]);
    assert.deepEqual(interaction?.messages, [{ role: 'user', content: 'Hi [email]' }]);
    const again = await json(['otel']);
    assert.deepEqual([again.interactions, again.followUps, again.known], [0, 0, 1]);
  });

  describe('langfuse', () => {
    let server: LangfuseServer;
    beforeEach(async () => {
      server = await new LangfuseServer().start();
      server.observations = Array.from({ length: 35 }, (_, i) => ({
        id: `o${i}`,
        traceId: `t${i}`,
        type: i % 7 === 0 ? 'SPAN' : 'GENERATION',
        startTime: new Date(Date.parse('2026-11-03T10:00:00Z') - i * 3_600_000).toISOString(),
        input: JSON.stringify([{ role: 'user', content: `mail${i}@example.com` }]),
        output: 'ok',
        totalCost: i % 2 === 0 ? '0.001' : null,
      }));
      server.scores = [
        {
          id: 's1',
          name: 'output',
          dataType: 'CORRECTION',
          source: 'ANNOTATION',
          timestamp: '2026-11-03T12:00:00Z',
          value: 'Call +49 171 2345678',
          subject: { kind: 'observation', id: 'o1' },
        },
        {
          id: 's2',
          name: 'user-feedback',
          dataType: 'NUMERIC',
          source: 'API',
          timestamp: '2026-11-03T12:00:00Z',
          value: 0,
          subject: { kind: 'trace', id: 't2' },
        },
      ];
    });
    afterEach(() => server.stop());
    const DAYS = ['langfuse', '--from', '2026-11-01', '--to', '2026-11-03'];
    const environment = (): Record<string, string> => ({ ...KEYS, LANGFUSE_HOST: server.url });
    const GENERATIONS = 30;

    it('pages come whole, waits are kept, scores are signals, and twice adds nothing', async () => {
      let asked = 0;
      server.answer = ({ query }) => {
        asked++;
        if (asked === 1) return { status: 429, headers: { 'retry-after': '0' }, body: '{"message":"slow down"}' };
        if (asked === 3) return { status: 503, headers: { 'retry-after': '0' }, body: 'no' };
        return query.get('cursor') === '20' && asked === 5 ? { breaks: true } : null;
      };
      const first = await json(DAYS, environment());
      assert.deepEqual([first.interactions, first.followUps, first.refused.count], [GENERATIONS, 2, 0]);
      const [request] = server.seen;
      assert.equal(
        request?.authorization,
        `Basic ${Buffer.from(`${KEYS.LANGFUSE_PUBLIC_KEY}:${KEYS.LANGFUSE_SECRET_KEY}`).toString('base64')}`,
      );
      assert.deepEqual(
        [request.query.get('fromStartTime'), request.query.get('toStartTime')],
        ['2026-11-01T00:00:00.000Z', '2026-11-04T00:00:00.000Z'],
      );
      const { interactions, followUps } = stored();
      assert.deepEqual(interactions.find(({ id }) => id === 'o1')?.messages, [{ role: 'user', content: '[email]' }]);
      assert.equal(interactions.find(({ id }) => id === 'o1')?.costUsd, null);
      assert.deepEqual(
        followUps.map(({ of, signals: [signal] }) => [of.interaction, of.trace, signal?.name, signal?.value]),
        [
          ['o1', null, 'correction', 'Call [phone]'],
          [null, 't2', 'user-feedback', 0],
        ],
      );
      const again = await json(DAYS, environment());
      assert.deepEqual([again.interactions, again.followUps, again.known], [0, 0, GENERATIONS + 2]);
    });

    it('goes on where it was interrupted, and nothing doubles', async () => {
      server.answer = ({ query }) =>
        query.get('cursor') === '20' ? { status: 500, headers: { 'retry-after': '999999' }, body: 'down' } : null;
      const broken = await workspace.run(['import', ...DAYS], { environment: environment() });
      assert.equal(broken.code, 2);
      assert.match(broken.err, /It resumes where it stopped/);
      assert.equal(stored().interactions.length, 17);
      server.answer = () => null;
      server.seen.length = 0;
      const outcome = await json(DAYS, environment());
      assert.equal(server.seen[0]?.query.get('cursor'), '20');
      assert.equal(outcome.interactions, GENERATIONS - 17);
      const ids = stored().interactions.map(({ id }) => id);
      assert.deepEqual([ids.length, new Set(ids).size], [GENERATIONS, GENERATIONS]);
      assert.deepEqual(readdirSync(path.join(workspace.root, '.goldset', 'imports')), []);
    });

    it('goes on after kill −9 in the middle', async () => {
      const child = new Promise<ChildProcess>((resolve) => {
        server.answer = ({ query }) => {
          if (query.get('cursor') !== '20') return null;
          resolve(started);
          return { status: 429, headers: { 'retry-after': '200' }, body: '' };
        };
        const started = workspace.start(['import', ...DAYS], environment());
      });
      const waiting = await child;
      const second = await workspace.run(['import', ...DAYS], { environment: environment() });
      assert.match(second.err, /Another import is running/);
      waiting.kill('SIGKILL');
      await ended(waiting);
      server.answer = () => null;
      await json(DAYS, environment());
      assert.deepEqual(new Set(stored().interactions.map(({ id }) => id)).size, GENERATIONS);
      assert.equal(stored().interactions.length, GENERATIONS);
    });

    it('begins anew when its cursor means nothing any more', async () => {
      server.answer = ({ query }) => (query.get('cursor') === '20' ? { status: 401, body: '{}' } : null);
      await workspace.run(['import', ...DAYS], { environment: environment() });
      let asked = 0;
      server.answer = ({ query }) =>
        query.get('cursor') === '20' && asked++ === 0 ? { status: 400, body: '{"message":"bad cursor"}' } : null;
      const outcome = await json(DAYS, environment());
      assert.deepEqual([outcome.interactions, outcome.known], [GENERATIONS - 17, 17 + 2 - 2]);
    });

    it('rows that are hostile are named, and a server that goes round in circles ends', async () => {
      server.observations = [
        null,
        5,
        {
          id: '../../x',
          startTime: '2026-11-01T00:00:00Z',
          input: '\u001b[2J{"a":',
          output: { __proto__: null, deep: [[[[1]]]] },
          usageDetails: 'x',
          promptVersion: {},
        },
        { id: 'no-time', startTime: 'never' },
        { startTime: '2026-11-01T00:00:00Z' },
      ];
      server.scores = [];
      server.answer = ({ path: at }) => (at.endsWith('scores') ? { body: JSON.stringify({ data: [], meta: { cursor: 'again' } }) } : null);
      const outcome = await json(DAYS, environment());
      assert.deepEqual([outcome.interactions, outcome.refused.count], [1, 4]);
      assert.equal(server.seen.filter(({ path: at }) => at.endsWith('scores')).length, 2);
    });

    const told = ({ out, err }: Ended): string => `${out}${err}`;
    it('keys go where they belong, and are told to nobody', async () => {
      const foreign = await workspace.run(['import', ...DAYS, '--host', server.url], { environment: KEYS });
      assert.equal(foreign.code, 2);
      assert.match(foreign.err, /not this key’s own server/);
      assert.equal(server.seen.length, 0);
      const plain = await workspace.run(['import', ...DAYS, '--host', 'http://langfuse.example.com'], { environment: KEYS });
      assert.match(plain.err, /not the address of a Langfuse server/);
      server.answer = ({ authorization }) => ({
        status: 401,
        body: `no: ${authorization} ${KEYS.LANGFUSE_SECRET_KEY} ${KEYS.LANGFUSE_PUBLIC_KEY}`,
      });
      const refused = await workspace.run(
        ['import', ...DAYS, '--host', server.url, ...Object.keys(KEYS).flatMap((name) => ['--allow-origin', `${name}@${server.url}`])],
        { environment: KEYS },
      );
      assert.equal(refused.code, 2);
      server.answer = () => null;
      const fine = await workspace.run(['import', ...DAYS], { environment: environment() });
      const basic = Buffer.from(`${KEYS.LANGFUSE_PUBLIC_KEY}:${KEYS.LANGFUSE_SECRET_KEY}`).toString('base64');
      for (const secret of [...Object.values(KEYS), basic])
        for (const text of [foreign, plain, refused, fine].map(told).concat(onDisk())) assert.ok(!text.includes(secret));
      const none = await workspace.run(['import', ...DAYS], { environment: { LANGFUSE_HOST: server.url } });
      assert.match(none.err, /LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY/);
    });

    it('an old server is told from one that fails', async () => {
      server.answer = () => ({ status: 404, body: 'not found' });
      const { code, err } = await workspace.run(['import', ...DAYS], { environment: environment() });
      assert.equal(code, 2);
      assert.match(err, /does not support this part of Langfuse’s API/);
      assert.equal(server.seen.length, 1);
    });
  });
});
