/**
 * Text of an application's users that would name a file, a template or media if it were read as the author's: it becomes cases, runs and an
 * export in which it stands for itself.
 */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { readText } from '../../src/adapters/bounded-file.ts';
import { WorkerEvaluator } from '../../src/adapters/evaluation/worker-evaluator.ts';
import type { RootedPrompt } from '../../src/adapters/interactions/plan-cases.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { NO_DECLARED_SIGNALS } from '../../src/core/config/declared-signals.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { InteractionEngine } from '../../src/engine/interactions/interaction-engine.ts';
import { TestWorkspace, type RunJson } from '../system/command-line.ts';
import { shownByNunjucks } from '../unit/nunjucks-raw.ts';

/** A picture of one pixel. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const SECRET = 'secret-4711';

/** What users typed, each by the name of its attack. */
const ATTACKS: Readonly<Record<string, string>> = {
  'a hidden file': 'file://.env',
  'a file beside the golden set': 'file://notes.txt',
  'a file in capitals': 'FILE://notes.txt',
  'a file behind white space': ' file://notes.txt',
  'a file of several lines': 'file://notes.txt\nand more',
  'an absolute file': 'file:///etc/hostname',
  'a variable of the environment': 'My key is {{env.SECRET}}.',
  'another variable': '{{other}}',
  'a filter': '{{ other | upper }}',
  'a tag': '{% include "notes.txt" %}',
  'a comment': '{# gone #}kept',
  'the end of raw': '{% endraw %}{{env.SECRET}}{% raw %}',
  'the end of raw with dashes': '{%- endraw -%}{{ env.SECRET }}{%- raw -%}',
  'nested raw': '{% raw %}{% raw %}{{env.SECRET}}{% endraw %}',
  'braces that meet': '{{{%{{{#}}}%}}}{',
  'a quote and a backslash': '{{"\\"}}\\" {{ \'\\\' }}',
  'a picture': 'photo.png',
  'a picture in another folder': 'private/photo.png',
  'a picture as a file': 'file://private/photo.png',
  'a function of a package': 'package:fs:readFileSync',
  'the mark itself': '{ literal: "file://notes.txt" }',
  'the mark as JSON': '{"literal":"file://notes.txt"}',
  'an alias of YAML': '*anchor {{x}} & !!js/function "x"',
};
const names = Object.keys(ATTACKS);

/** Independent of the code that is tested: what promptfoo and Goldset would read as something else. */
const WOULD_RESOLVE = /^\s*file:|^package:|\{\{|\{%|\{#|\.png$/i;

/** Every text of a case that stands outside a mark, except for what nothing resolves: `expected`, messages and results of tools. */
function plainTexts(value: JsonValue, isTop = true): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((item) => plainTexts(item, false));
  if (!isJsonObject(value)) return [];
  if (!isTop && Object.keys(value).length === 1 && 'literal' in value) return [];
  const never = isTop ? ['expected', 'messages', 'tools'] : [];
  return Object.entries(value).flatMap(([key, item]) => (never.includes(key) ? [] : plainTexts(item, false)));
}

interface Sent {
  readonly text: string;
}

describe('text of production', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let server: Server;
  const sent: Sent[] = [];
  let cases: JsonObject[];
  let report: RunJson;
  let exported: string;
  let verbatim: JsonObject[];

  const line = (id: string, variables: JsonObject, text: string): string =>
    `${JSON.stringify({
      id,
      time: '2026-11-01T10:00:00.000Z',
      prompt: { name: 'ticket.prompt', version: '3a91' },
      variables,
      messages: [{ role: 'user', content: text }],
      output: 'ok',
      chunks: [{ id: 'c', text, score: 1 }],
      signals: [{ kind: 'explicit', name: 'correction', value: text, annotator: 'human', by: text }],
    })}\n`;

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        sent.push({ text: body });
        response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
            usage: { prompt_tokens: 1, completion_tokens: 1 },
          }),
        );
      });
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    workspace = new TestWorkspace({
      'goldset.yaml': `providers: { local: { kind: openai-compatible, baseUrl: "${url}" } }\njudge: { model: "scripted:./judge.scripted.yaml" }\n`,
      'judge.scripted.yaml': `default: { reply: '{"reason":"r","quotes":[],"relation":"same"}' }\n`,
      'free.prompt': '---\nmodel: local:m\n---\nAnswer {{q}}',
      'ticket.prompt': '---\nmodel: local:m\n---\n{{x}}|{{lookup deep.list 0}}|{{other}}',
      'picture.prompt': '---\nmodel: local:m\n---\n{{role "user"}}look {{media url=photo}}',
      'notes.txt': SECRET,
      '.env': `SECRET=${SECRET}\n`,
      'photo.png': PIXEL.toString('latin1'),
      '.goldset/interactions/2026-11-01.jsonl': names
        .map((name, i) => {
          const text = ATTACKS[name] ?? '';
          return line(`t${i}`, { x: text, deep: { list: [text, { literal: text }] }, other: SECRET.length }, text);
        })
        .join(''),
    });
    mkdirSync(`${workspace.root}/private`);
    for (const file of ['photo.png', 'private/photo.png', 'unnamed']) writeFileSync(`${workspace.root}/${file}`, PIXEL);
    const added = await workspace.run(['golden', 'add', '--from', 'all', '--with-duplicates', '--per-group', '100']);
    assert.equal(added.code, 0, added.err);
    cases = parse(workspace.read('ticket.golden.yaml')) as JsonObject[];
    // Of an application whose prompt is not here: what it sent, and what its tools answered.
    const talk = (text: string): JsonObject[] => [
      { role: 'user', content: text },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: text },
    ];
    workspace.write({
      '.goldset/interactions/2026-11-03.jsonl': names
        .map((name, i) => {
          const text = ATTACKS[name] ?? '';
          return `${JSON.stringify({ id: `m${i}`, time: '2026-11-03T10:00:00.000Z', messages: talk(text), output: 'ok' })}\n`;
        })
        .join(''),
    });
    const free = await workspace.run([
      'golden',
      'add',
      '--from',
      'all,from=2026-11-03,to=2026-11-03',
      '--to',
      'free.prompt',
      '--per-group',
      '100',
    ]);
    assert.equal(free.code, 0, free.err);
    verbatim = parse(workspace.read('free.golden.yaml')) as JsonObject[];
    const pictures = ['photo.png', 'file://photo.png', 'unnamed', 'private/photo.png', `data:image/png;base64,${PIXEL.toString('base64')}`];
    workspace.write({
      '.goldset/interactions/2026-11-02.jsonl': pictures
        .map((photo, i) => line(`p${i}`, { photo }, 'look').replace('ticket.prompt', 'picture.prompt').replace('11-01T', '11-02T'))
        .join(''),
    });
    const more = await workspace.run(['golden', 'add', '--from', 'prompt=picture.prompt', '--with-duplicates', '--per-group', '100']);
    assert.equal(more.code, 0, more.err);
    const ran = await workspace.run(['run', '--json', '--yes', '--allow-unknown-price'], { environment: { SECRET } });
    assert.ok(ran.out !== '', ran.err);
    report = JSON.parse(ran.out) as RunJson;
    const export_ = await workspace.run(['export', 'promptfoo', 'ticket.prompt'], { environment: { SECRET } });
    assert.equal(export_.code, 0, export_.err);
    exported = export_.out;
  });
  after(() => {
    server.close();
    workspace.dispose();
  });

  const caseOf = (i: number): JsonObject =>
    cases.find(
      ({ metadata }) => isJsonObject(metadata) && isJsonObject(metadata['source']) && metadata['source']['interaction'] === `t${i}`,
    ) ?? assert.fail(`no case of t${i}`);
  const resultOf = (id: string): RunJson['results'][number] =>
    report.results.find((item) => item.case === id) ?? assert.fail(`no result of ${id}`);

  for (const [i, name] of names.entries()) {
    const text = ATTACKS[name] ?? '';
    it(`that is ${name} stands under \`literal\` wherever it is in a case`, () => {
      const found = caseOf(i);
      assert.deepEqual(
        plainTexts(found).filter((item) => WOULD_RESOLVE.test(item)),
        [],
      );
      if (WOULD_RESOLVE.test(text)) assert.deepEqual((found['vars'] as JsonObject)['x'], { literal: text });
      else assert.equal((found['vars'] as JsonObject)['x'], text);
    });

    it(`that is ${name} is sent as it is`, () => {
      const { vars, error } = resultOf(`prod-t${i}`);
      assert.equal(error, null);
      assert.deepEqual(vars, { x: text, deep: { list: [text, { literal: text }] }, other: SECRET.length });
      const wanted = JSON.stringify(`${text}|${text}|${SECRET.length}`);
      assert.ok(
        sent.some((request) => request.text.includes(wanted)),
        wanted,
      );
    });
  }

  for (const [i, name] of names.entries())
    it(`that is ${name} stays in messages and results of tools, and is sent as it is`, () => {
      const text = ATTACKS[name] ?? '';
      const found = verbatim.find(({ id }) => id === `prod-m${i}`) ?? assert.fail(`no case of m${i}`);
      assert.deepEqual(found['messages'], [{ role: 'user', content: text }]);
      const wanted = text === '{"literal":"file://notes.txt"}' ? { literal: { literal: 'file://notes.txt' } } : text;
      assert.deepEqual(found['tools'], [{ name: 'look', arguments: {}, result: wanted }]);
      assert.equal(resultOf(`prod-m${i}`).error, null);
      assert.ok(sent.some((request) => request.text.includes(`"content":${JSON.stringify(text)}`)));
    });

  for (const [i, name] of names.entries())
    it(`that is ${name} is shown by promptfoo as it is`, () => {
      const text = ATTACKS[name] ?? '';
      const tests = parse(exported) as { vars: JsonObject; assert: JsonObject[]; metadata: JsonObject }[];
      const test = tests.find(({ metadata }) => metadata['id'] === `prod-t${i}`) ?? assert.fail(`no test of ${name}`);
      const shown = (value: JsonValue): JsonValue =>
        typeof value === 'string'
          ? shownByNunjucks(value)
          : Array.isArray(value)
            ? value.map(shown)
            : isJsonObject(value)
              ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]))
              : value;
      assert.deepEqual(shown(test.vars), { x: text, deep: { list: [text, { literal: text }] }, other: SECRET.length });
      assert.deepEqual((shown(test.metadata) as { chunks: JsonValue }).chunks, [{ id: 'c', text, score: 1 }]);
      const texts = [test.vars['x'], test.assert[0]?.['value']].map(String);
      for (const each of texts) assert.ok(!/^\s*(?:file|package):/i.test(each), each);
    });

  for (const [i, name] of names.entries())
    it(`that is ${name} is sent word for word when the call is reproduced, as captured and with today’s prompt`, async () => {
      const text = ATTACKS[name] ?? '';
      const before = sent.length;
      const { code, out, err } = await workspace.run(['reproduce', `t${i}`, '--json', '--yes'], { environment: { SECRET } });
      assert.equal(code, 0, err);
      assert.ok(!`${out}${err}`.includes(SECRET));
      const messages = sent.slice(before).map((request) => (JSON.parse(request.text) as { messages: JsonValue }).messages);
      const today = `${text}|${text}|${SECRET.length}`;
      assert.deepEqual(
        messages.map((item) => JSON.stringify(item)).sort(),
        [text, today].map((content) => JSON.stringify([{ role: 'user', content }])).sort(),
      );
    });

  it('becomes the same cases by Make Golden Case of the editor as by golden add', async () => {
    const { root } = workspace;
    const evaluator = new WorkerEvaluator(path.resolve('dist/worker.js'));
    try {
      const found = await evaluator.interactions({
        ...{ root, declared: NO_DECLARED_SIGNALS, isKept: true },
        query: { kind: 'find', filter: { ...INBOX, triage: 'all', prompt: 'ticket.prompt' }, from: 0, to: 100 },
      });
      const keys = found?.kind === 'found' ? found.rows.map(({ key }) => key) : [];
      assert.equal(keys.length, names.length);
      const unused = {} as never;
      const engine = new InteractionEngine(evaluator, unused, unused, readText, () => true);
      const opened = await openWorkspace(root);
      const load = async (file: string): Promise<RootedPrompt> => ({
        ...(await evaluator.load({ workspace: opened, file, unsaved: {}, most: null })),
        root,
      });
      const [plan] = await engine.plan(root, keys, new Map(), load, () => Promise.resolve(null));
      assert.ok(plan);
      const edit = await engine.edit(plan, plan.cases);
      const made = (parse(applyEdits(edit.text, edit.edits)) as JsonObject[]).slice(-names.length);
      const byId = (items: readonly JsonObject[]): string[] =>
        items
          .map(({ vars, assert: checks, expected, metadata }) =>
            JSON.stringify([(metadata as JsonObject)['source'], vars, checks, expected]),
          )
          .sort();
      assert.deepEqual(byId(made), byId(cases));
      assert.deepEqual(
        made.flatMap((item) => plainTexts(item)).filter((item) => WOULD_RESOLVE.test(item)),
        [],
      );
    } finally {
      await evaluator.dispose();
    }
  });

  it('takes no secret into a request, a report or a case', () => {
    for (const request of sent) assert.ok(!request.text.includes(SECRET), request.text);
    assert.ok(!JSON.stringify(report).includes(SECRET));
    assert.ok(!workspace.read('ticket.golden.yaml').includes(SECRET));
    assert.ok(!exported.includes(SECRET));
  });

  const pictures: readonly (readonly [name: string, at: number, isSent: boolean])[] = [
    ['the name of a picture', 0, false],
    ['a picture as a file', 1, false],
    ['a file without an ending', 2, false],
    ['a picture in another folder', 3, false],
    ['the picture itself', 4, true],
  ];
  for (const [name, at, isSent] of pictures)
    it(`that is ${name}, where the prompt sends a picture, ${isSent ? 'is sent' : 'reads no file'}`, () => {
      const { error } = resultOf(`prod-p${at}`);
      if (isSent) assert.equal(error, null);
      else assert.equal(error?.code, 'media/literal');
    });

  it('is one picture among the requests: the one that was sent in production', () => {
    assert.equal(sent.filter((request) => request.text.includes('image_url')).length, 1);
  });
});

describe('a file that a golden case names', function () {
  this.timeout(300_000);
  let outside: TestWorkspace;
  let workspace: TestWorkspace;
  const rows: readonly (readonly [name: string, path: string])[] = [
    ['of a hidden file', '.env'],
    ['of git', '.git/config'],
    ['of a hidden folder above', 'sub/../.git/config'],
    ['of a link that leads outside', 'link.txt'],
    ['of a folder that is a link', 'linked/secret.txt'],
    ['of a path outside', '../OUTSIDE/secret.txt'],
    ['of an absolute path', '/OUTSIDE/secret.txt'],
    ['of a folder', 'sub'],
  ];
  let report: RunJson;
  before(async () => {
    outside = new TestWorkspace({ 'secret.txt': SECRET });
    const placed = (file: string): string =>
      file.replace('../OUTSIDE', `../${path.basename(outside.root)}`).replace('/OUTSIDE', outside.root);
    const cases = rows.flatMap(([, file], i) => [
      { id: `v${i}`, vars: { x: `file://${placed(file)}` } },
      { id: `a${i}`, vars: { x: 'a' }, assert: [{ type: 'contains', value: `file://${placed(file)}` }] },
    ]);
    workspace = new TestWorkspace({
      'm.scripted.yaml': `default: { reply: ${SECRET} }\n`,
      't.prompt': '---\nmodel: scripted:./m.scripted.yaml\n---\n{{x}}',
      't.golden.json': JSON.stringify(cases),
      '.env': SECRET,
      '.git/config': SECRET,
      'sub/a.txt': 'a',
    });
    symlinkSync(path.join(outside.root, 'secret.txt'), path.join(workspace.root, 'link.txt'));
    symlinkSync(outside.root, path.join(workspace.root, 'linked'));
    const { out, err } = await workspace.run(['run', '--json', '--yes']);
    assert.ok(out !== '', err);
    report = JSON.parse(out) as RunJson;
  });
  after(() => {
    workspace.dispose();
    outside.dispose();
  });
  for (const [i, [name]] of rows.entries())
    it(`${name} is not put into a case`, () => {
      for (const id of [`v${i}`, `a${i}`]) {
        const result = report.results.find((item) => item.case === id) ?? assert.fail(id);
        assert.equal(result.verdict, 'error');
        assert.ok(!JSON.stringify([result.vars, result.assertions, result.error]).includes(SECRET));
      }
    });
});
