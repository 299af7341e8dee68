/** The inbox of interactions: what is open, what became known later, filters, and what a golden case is made of. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {
  InteractionReader,
  type FoundPage,
  type Inbox,
  type InteractionAnswer,
  type InteractionQuery,
} from '../../src/adapters/interactions/interaction-reader.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { linesBackwards, linesOf } from '../../src/adapters/interactions/lines.ts';
import { promptNamed } from '../../src/adapters/workspace/prompt-by-name.ts';
import { caseFrom, caseLike, problemOfCase } from '../../src/core/feedback/interactions/case-from-interaction.ts';
import { filterOf, INBOX, rawTextTest, type InteractionFilter } from '../../src/core/feedback/interactions/interaction-filter.ts';
import { hasText, joined } from '../../src/core/feedback/interactions/interaction-query.ts';
import type { FollowUp, Interaction, Signal } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { addCases } from '../../src/core/golden/edit/edit-golden.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { applyEdits } from '../../src/core/text/text.ts';

const signal = (name: string, value: Signal['value'] = true, change: Partial<Signal> = {}): Signal => ({
  kind: 'explicit',
  name,
  value,
  annotator: 'human',
  by: null,
  time: null,
  note: null,
  ...change,
});

function interaction(id: string, change: Partial<Interaction> = {}): Interaction {
  const read = readInteraction(JSON.stringify({ id, time: '2026-11-20T10:00:00Z', output: `answer of ${id}`, finish: 'stop' }));
  assert.ok('interaction' in read);
  return { ...read.interaction, ...change };
}

const followUp = (of: Partial<FollowUp['of']>, change: Partial<FollowUp> = {}): FollowUp => ({
  of: { interaction: null, response: null, trace: null, conversation: null, ...of },
  time: '2026-11-20T11:00:00.000Z',
  signals: [],
  chunks: [],
  action: null,
  triage: null,
  reason: null,
  ...change,
});

type Answered = Exclude<InteractionAnswer, { kind: 'more' }>;

describe('the inbox', () => {
  let root = '';
  let files: InteractionFiles;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-inbox-'));
    files = new InteractionFiles(root);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const ask = (desk: InteractionReader, what: InteractionQuery): Answered => {
    for (;;) {
      const answer = desk.answer({ root, declared: {}, query: what, isKept: true });
      if (answer.kind !== 'more') return answer;
    }
  };
  const desk = (): InteractionReader => new InteractionReader(() => 0);
  const inbox = (of = desk()): Inbox => ask(of, { kind: 'inbox', rows: 10 }) as Inbox;
  const find = (filter: Partial<InteractionFilter>, of = desk(), from = 0, to = 50): FoundPage =>
    ask(of, { kind: 'find', filter: { ...INBOX, ...filter }, from, to }) as FoundPage;
  const ids = (page: FoundPage): string[] => page.rows.map(({ id }) => id);

  it('holds what people and outputs flag, and nothing that is fine', () => {
    files.append(
      { interaction: interaction('fine', { signals: [signal('thumb', 'up')] }) },
      { interaction: interaction('down', { signals: [signal('thumb', 'down')] }) },
      { interaction: interaction('cut', { finish: 'length' }) },
      { interaction: interaction('refused', { output: "I'm sorry, but I can't help with that." }) },
      { interaction: interaction('closed', { signals: [signal('thumb', 'down')], triage: 'dismissed' }) },
      { interaction: interaction('by-hand', { triage: 'open' }) },
    );
    const found = inbox();
    assert.deepEqual([found.stored, found.open], [6, 4]);
    assert.deepEqual(new Set(ids(find({}))), new Set(['down', 'cut', 'refused', 'by-hand']));
    assert.deepEqual(ids(find({ triage: 'dismissed' })), ['closed']);
    assert.deepEqual(find({ triage: 'all' }).total, 6);
    assert.deepEqual(found.prompts[0]?.flags.map(({ flag }) => flag).sort(), [null, 'refusal', 'thumbs-down', 'truncated'].sort());
  });

  it('joins what became known later by id, answer, trace and conversation, in later days too', () => {
    files.append(
      { interaction: interaction('by-id') },
      { interaction: interaction('by-answer', { responseId: 'resp-1' }) },
      { interaction: interaction('first-of-trace', { trace: 't' }) },
      { interaction: interaction('last-of-trace', { trace: 't' }) },
      { interaction: interaction('last-of-talk', { conversation: 'c' }) },
      { followUp: followUp({ conversation: 'c' }, { signals: [signal('report')] }) },
      { interaction: interaction('after', { conversation: 'c', trace: 't' }) },
    );
    // Its day alone is a later one: the trace went on since.
    const time = '2026-11-22T08:00:00.000Z';
    files.append(
      { followUp: followUp({ interaction: 'by-id' }, { time, signals: [signal('thumb', 'down')] }) },
      { followUp: followUp({ response: 'resp-1' }, { time, signals: [signal('abandoned')] }) },
      { followUp: followUp({ trace: 't' }, { time, signals: [signal('thumb', -1)] }) },
      { followUp: followUp({ interaction: 'nowhere' }, { time, triage: 'open' }) },
    );
    const expected = new Set(['by-id', 'by-answer', 'after', 'last-of-talk']);
    assert.deepEqual(new Set(ids(find({}))), expected);
    // Again, from what was kept beside the days.
    assert.deepEqual(new Set(ids(find({}))), expected);
    assert.deepEqual(ids(find({ triage: 'all', signal: 'abandoned' })), ['by-answer']);
  });

  it('counts each signal as often as the filter finds it, follow-ups included', () => {
    const edit = { signals: [signal('edit-distance', 0.9)] };
    files.append(
      { interaction: interaction('own-edit', edit) },
      { interaction: interaction('cut-and-edited', { finish: 'length' }) },
      ...Array.from({ length: 5 }, (_, i) => ({ interaction: interaction(`fine-${i}`, { signals: [signal('thumb', 'up')] }) })),
    );
    const day = '2026-11-22T08:00:00.000Z';
    for (const of of ['own-edit', 'cut-and-edited', 'fine-0', 'fine-1', 'fine-1', 'fine-2'])
      files.append({ followUp: followUp({ interaction: of }, { time: day, ...edit }) });
    files.append({ followUp: followUp({ interaction: 'fine-3' }, { time: day, signals: [signal('thumb', 'down')] }) });
    // Read, and again from what was kept beside the days.
    for (const of of [desk(), desk()]) {
      const { seen } = inbox(of);
      assert.deepEqual({ ...seen.signal }, { edited: 5, truncated: 1, 'thumbs-up': 4, 'thumbs-down': 1 });
      for (const [name, times] of Object.entries(seen.signal)) assert.equal(find({ triage: 'all', signal: name }).total, times, name);
    }
  });

  it('sees what is appended, closes what is dealt with, and opens it again', () => {
    const own = desk();
    files.append({ interaction: interaction('a', { signals: [signal('thumb', 'down')] }) }, { interaction: interaction('b') });
    assert.equal(inbox(own).open, 1);
    files.append({ followUp: followUp({ interaction: 'a' }, { triage: 'dismissed', reason: 'a test' }) });
    assert.equal(inbox(own).open, 0);
    assert.equal(find({ triage: 'dismissed' }, own).rows[0]?.reason, 'a test');
    files.append({ followUp: followUp({ interaction: 'a' }, { triage: 'open' }) });
    files.append({ followUp: followUp({ interaction: 'b' }, { signals: [signal('kept', 'something else entirely')] }) });
    assert.deepEqual(new Set(ids(find({}, own))), new Set(['a', 'b']));
    assert.equal(inbox().open, 2);
    // What is said before the interaction is there counts when it comes.
    files.append({ followUp: followUp({ interaction: 'late' }, { signals: [signal('report')] }) });
    assert.equal(inbox(own).open, 2);
    files.append({ interaction: interaction('late', { time: '2026-11-19T10:00:00.000Z' }) });
    assert.equal(inbox(own).open, 3);
    assert.equal(inbox().open, 3);
  });

  it('finds by every filter, page by page, newest first', () => {
    for (let i = 0; i < 30; i++)
      files.append({
        interaction: interaction(`x${i}`, {
          time: `2026-11-${String(1 + Math.floor(i / 3)).padStart(2, '0')}T10:00:0${i % 3}.000Z`,
          prompt: { name: i % 2 === 0 ? 'a' : 'b', version: String(i % 4), contentHash: null },
          model: `m${i % 3}`,
          action: { type: 'ticket', id: `t${i}` },
          costUsd: i / 100,
          variables: { ticket: `Größe "${i}" and caf\u00e9` },
          signals: i % 5 === 0 ? [signal('thumb', 'down')] : [],
        }),
      });
    const all = find({ triage: 'all' }, desk(), 0, 100);
    assert.deepEqual(
      ids(all),
      Array.from({ length: 30 }, (_, i) => `x${29 - i}`),
    );
    const own = desk();
    assert.deepEqual([...ids(find({ triage: 'all' }, own, 0, 7)), ...ids(find({ triage: 'all' }, own, 7, 100))], ids(all));
    assert.equal(find({ triage: 'all', prompt: 'a' }).rows.length, 15);
    assert.equal(find({ triage: 'all', version: '3' }).rows.length, 7);
    assert.equal(find({ triage: 'all', model: 'm1' }).rows.length, 10);
    assert.deepEqual(ids(find({ triage: 'all', action: 't7' })), ['x7']);
    assert.equal(find({ triage: 'all', minUsd: 0.25 }).rows.length, 5);
    assert.equal(find({ triage: 'all', from: '2026-11-02', to: '2026-11-03' }).rows.length, 6);
    assert.deepEqual(ids(find({ triage: 'all', text: 'größe "12"' })), ['x12']);
    assert.deepEqual(ids(find({ text: 'GRÖSSE' })), []);
    assert.deepEqual(ids(find({ text: 'größe "10' })), ['x10']);
    assert.equal(find({ signal: 'thumbs-down' }).total, 6);
  });

  it('makes no folder by looking, and shows what there is where nothing can be kept', () => {
    assert.equal(inbox().stored, 0);
    assert.deepEqual(readdirSync(root), []);
    files.append({ interaction: interaction('a', { signals: [signal('report')] }) });
    assert.equal(desk().answer({ root, declared: {}, query: { kind: 'inbox', rows: 1 }, isKept: false }).kind, 'inbox');
    assert.deepEqual(readdirSync(files.folder), ['2026-11-20.jsonl']);
    rmSync(path.join(root, '.goldset', '.gitignore'));
    inbox();
    assert.ok(readdirSync(path.join(root, '.goldset')).includes('.gitignore'), 'records stay out of git');
    rmSync(path.join(files.folder, 'inbox'), { recursive: true });
    // Where its folder should be is a file.
    writeFileSync(path.join(files.folder, 'inbox'), '');
    assert.equal(inbox().open, 1);
  });

  it('gives one whole, with what became known of it alone', () => {
    files.append(
      { interaction: interaction('a', { trace: 't' }) },
      { followUp: followUp({ interaction: 'a' }, { signals: [signal('correction', 'right')] }) },
      { followUp: followUp({ trace: 't' }, { chunks: [{ id: 'k', text: 'found', score: 0.4 }] }) },
      { interaction: interaction('b', { trace: 't' }) },
      { followUp: followUp({ trace: 't' }, { signals: [signal('report')] }) },
    );
    const key = find({ triage: 'all' }).rows.find(({ id }) => id === 'a')?.key;
    assert.ok(key);
    const answer = ask(desk(), {
      kind: 'records',
      keys: [key],
    });
    assert.ok(answer.kind === 'records');
    const [whole] = answer.records;
    assert.ok(whole);
    const { signals, chunks } = joined(whole.interaction, whole.followUps);
    assert.deepEqual([signals.map(({ name }) => name), chunks.map(({ text }) => text)], [['correction'], ['found']]);
    assert.deepEqual(ask(desk(), { kind: 'records', keys: [{ ...key, id: 'b' }] }), { kind: 'records', records: [null] });
  });

  it('reads lines backwards as forwards, wherever chunks end', () => {
    const file = path.join(root, 'lines');
    const lines = Array.from({ length: 4000 }, (_, i) => `${'ü'.repeat((i * 7919) % 1500)}${i}`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const size = Buffer.byteLength(`${lines.join('\n')}\n`);
    assert.deepEqual([...linesBackwards(file, size, 1 << 20)].reverse(), [...linesOf(file, 0, 1 << 20)]);
    writeFileSync(file, `a\n${'x'.repeat(3 << 20)}\nb\n`);
    assert.deepEqual(
      [...linesBackwards(file, (3 << 20) + 5, 1 << 20)].map(({ text }) => text),
      ['b', null, 'a'],
    );
  });

  it('survives hostile lines and hostile files of its own', () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 'constructor', '2026-11-20T00:00:00Z', 'open', 'x\u2028y'));
    const record = fc.record(
      Object.fromEntries(
        ['id', 'time', 'of', 'signals', 'variables', 'messages', 'output', 'prompt', 'trace', 'triage', 'chunks', 'action', 'usage'].map(
          (name) => [name, values],
        ),
      ),
      { requiredKeys: [] },
    );
    dataFolder(root).folder('interactions', 'inbox');
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), fc.string(), (records, rubbish) => {
        const text = records.map((item) => JSON.stringify({ time: '2026-11-20T00:00:00Z', id: 'h', ...item })).join('\n');
        appendFileSync(files.fileOf('2026-11-20'), `${text}\n${rubbish}\n`);
        inbox();
        find({ triage: 'all', text: rubbish.slice(0, 3) });
      }),
      { numRuns: 60 },
    );
    const open = inbox().open;
    const kept = path.join(files.folder, 'inbox', '2026-11-20.json');
    for (const bad of [
      '',
      '{',
      '{"form":5,"from":0,"items":[{}]}',
      '{"form":5,"from":0,"size":1,"interactions":0,"items":[],"followUps":[{}],"found":{},"seen":{},"refused":{"count":0,"first":null}}',
    ]) {
      writeFileSync(kept, bad);
      assert.equal(inbox().open, open);
    }
    assert.ok(readFileSync(kept, 'utf8').startsWith('{"form":5'));
    assert.deepEqual(readdirSync(path.dirname(kept)), ['2026-11-20.json']);
    for (const given of [null, 7, 'x', { text: 7, from: '../..', minUsd: 'x', triage: 'x' }]) assert.deepEqual(filterOf(given), INBOX);
  });

  it('never misses a text for how a line escapes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, text) => {
        const own = interaction('a', { output: `${before}${text}` });
        if (!hasText(own, text)) return;
        const line = JSON.stringify(own);
        // eslint-disable-next-line no-control-regex -- as writers that keep to ASCII do
        const ascii = line.replace(/[^\x00-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
        assert.ok(rawTextTest(text)(line) && rawTextTest(text)(ascii));
      }),
    );
  });
});

describe('a golden case of an interaction', () => {
  const flagged = interaction('8f2c-77', {
    variables: { ticket: 'Where is my parcel?', tags: ['a', 'b'] },
    prompt: { name: 'triage', version: '3a91', contentHash: null },
    chunks: [{ id: 'k1', text: 'Parcels take 3 days.', score: 0.7 }],
    output: 'WRONG',
    signals: [signal('thumb', 'down')],
  });

  it('has the variables and chunks, and never the output', () => {
    const made = caseFrom(flagged, new Set(['prod-8f2c-77']), '2026-11-26');
    assert.deepEqual(
      [made.id, made.expected, made.status, made.vars, made.expandLists],
      ['prod-8f2c-77-2', null, 'unverified', flagged.variables, false],
    );
    assert.deepEqual(made.metadata['source'], { interaction: '8f2c-77', signal: 'thumbs-down', version: '3a91' });
    assert.ok(!JSON.stringify(made).includes('WRONG'));
  });

  it('expects what a person said, text or data, and says who', () => {
    const with_ = (text: string): Interaction => ({
      ...flagged,
      signals: [...flagged.signals, signal('correction', text, { by: 'ana', time: '2026-11-21T09:00:00Z' })],
    });
    const cause = { cause: 'prompt', basis: 'reviewed', by: null, reason: null } as const;
    const data = caseFrom(with_('{"label":"shipping"}'), new Set(), '2026-11-26', { cause });
    assert.deepEqual(data.expected, { label: 'shipping' });
    assert.deepEqual(data.metadata['verified'], { by: 'ana', at: '2026-11-21' });
    assert.equal(data.status, undefined);
    // Prose is compared by what it says, a label by its letters.
    const prose = caseFrom(with_('It left on Monday.'), new Set(), '2026-11-26');
    assert.deepEqual([prose.expected, prose.assertions], [null, [{ type: 'factuality', value: 'It left on Monday.' }]]);
    assert.equal(caseFrom(with_('shipping'), new Set(), '2026-11-26').expected, 'shipping');
    // A model's correction is nobody's word.
    const byModel = { ...flagged, signals: [signal('correction', 'x', { annotator: 'model' })] };
    assert.equal(caseFrom(byModel, new Set(), '2026-11-26').status, 'unverified');
  });

  it('is written into every form of golden set, many in one edit, and read back', () => {
    const cases = [
      caseFrom(flagged, new Set(), '2026-11-26'),
      caseFrom(interaction('b', { variables: { ticket: 'x' } }), new Set(), '2026-11-26'),
    ];
    for (const name of ['t.golden.yaml', 't.golden.json', 't.golden.jsonl']) {
      const text = name.endsWith('yaml') ? '# ours\n- id: a # first\n  vars: { ticket: z }\n' : '';
      const read = (changed: string) => readGoldenSet(name, changed).cases;
      const edits = addCases({ path: name, text, read }, cases);
      assert.equal(edits.length, 1);
      const after = applyEdits(text, edits);
      assert.ok(after.startsWith(text));
      const added = read(after).slice(-2);
      assert.deepEqual(
        added.map(({ status, expandLists }) => [status, expandLists]),
        [
          ['unverified', false],
          ['unverified', true],
        ],
      );
    }
    const csv = { path: 't.golden.csv', text: 'id,ticket\n1,x\n', read: (changed: string) => readGoldenSet('t.golden.csv', changed).cases };
    assert.throws(() => addCases(csv, cases.slice(1)), /no column for status/);
  });

  it('says what is missing, and which case there is already', () => {
    assert.equal(problemOfCase(flagged, ['ticket']), null);
    assert.match(problemOfCase(flagged, ['ticket', 'customer']) ?? '', /without customer/);
    assert.match(problemOfCase(interaction('x', { messages: [{ role: 'user', content: 'hi' }] }), ['ticket']) ?? '', /Only its messages/);
    assert.equal(problemOfCase(interaction('x'), []), null);
    assert.equal(caseLike({ b: 1, a: [2] }, [{ id: 'same', vars: { a: [2], b: 1 } }]), 'same');
    assert.equal(caseLike({}, [{ id: 'none', vars: {} }]), null);
  });

  it('finds the prompt by how the application calls it', () => {
    const paths = ['triage/triage.prompt', 'mail/reply.prompt.yml', 'old/reply.prompt', 'triage/triage.formal.prompt'];
    assert.equal(promptNamed('triage/triage.prompt', paths), 'triage/triage.prompt');
    assert.equal(promptNamed('./triage/triage', paths), 'triage/triage.prompt');
    assert.equal(promptNamed('triage', paths), 'triage/triage.prompt');
    assert.equal(promptNamed('triage.formal', paths), 'triage/triage.formal.prompt');
    assert.equal(promptNamed('reply', paths), null);
    assert.equal(promptNamed('old/reply', paths), 'old/reply.prompt');
    for (const name of ['', '../triage/triage.prompt', 'nothing', '/']) assert.equal(promptNamed(name, paths), null);
  });
});
