/** `goldset golden import`: rows of files become cases of a set that keeps its comments; what is left out is named. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TestWorkspace, type Ended } from './command-line.ts';

const PROMPT = '---\nmodel: scripted:./model.scripted.yaml\n---\n{{role "system"}}Classify.\n{{role "user"}}{{ticket}}';
const GOLDEN = '# kept\n- id: known   # first\n  vars: { ticket: "Where is it?" }\n  expected: delivery\n';
const turn = (user: string, answer: string): string =>
  `${JSON.stringify({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: answer },
    ],
  })}\n`;

interface Outcome {
  readonly format: string;
  readonly read: number;
  readonly added: number;
  readonly unverified: number;
  readonly duplicates: number;
  readonly cases: readonly string[];
  readonly skipped: { readonly count: number; readonly rows: readonly { readonly place: string; readonly problem: string }[] };
}

describe('importing golden cases', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({
      'triage.prompt': PROMPT,
      'triage.golden.yaml': GOLDEN,
      'model.scripted.yaml': 'default: { reply: refund }\n',
      'tuning.jsonl': `${turn('I want my money.', 'refund')}not json\n${turn('Where is it?', 'delivery')}${turn('file://../secret', '{{evil}}')}`,
      'tickets.csv': 'Frage;Antwort;Quelle\n"Wo ist ""es""?";Lieferung;faq\n;x;faq\nGeld zurück;;faq\na;b;c;d\n',
    });
  });
  afterEach(() => workspace.dispose());

  const golden = (...args: string[]): Promise<Ended> => workspace.run(['golden', 'import', ...args]);

  it('adds the cases of a fine-tuning file and says what was skipped, by line', async () => {
    const ended = await golden('tuning.jsonl');
    assert.equal(ended.code, 0, ended.err);
    assert.equal(ended.out, '4 rows read, 2 skipped (1 duplicate). 2 cases added to triage.golden.yaml.\n');
    assert.match(ended.err, /^tuning\.jsonl: fine-tuning file with messages\n {2}ticket {4}← user/);
    assert.match(ended.err, /line 2 skipped: It is not JSON\.\nline 3 skipped: The case known has the same id or the same variables\.\n$/);
    const text = workspace.read('triage.golden.yaml');
    assert.ok(text.startsWith(GOLDEN));
    assert.match(text, /ticket:\n {6}literal: file:\/\/\.\.\/secret\n {2}expected: "\{\{evil\}\}"\n$/);
    const again = await golden('tuning.jsonl');
    assert.equal(again.out, '4 rows read, 4 skipped (3 duplicates). 0 cases added to triage.golden.yaml.\n');
    assert.equal(again.code, 0);
    assert.equal(workspace.read('triage.golden.yaml'), text);
    const run = await workspace.run(['run', '--case', '*', '--json']);
    const { results } = JSON.parse(run.out) as { results: { verdict: string; error: string | null }[] };
    assert.equal(results.length, 3);
    assert.deepEqual(
      results.map(({ error }) => error),
      [null, null, null],
    );
  });

  it('reads a CSV with a mapping and a group, and writes JSON', async () => {
    const ended = await golden('tickets.csv', '--map', 'ticket=Frage', '--map', 'expected=Antwort', '--group', 'Quelle', '--json');
    assert.equal(ended.code, 0, ended.err);
    const { skipped, cases, ...outcome } = JSON.parse(ended.out) as Outcome;
    assert.deepEqual(
      { format: outcome.format, read: outcome.read, added: outcome.added, unverified: outcome.unverified, duplicates: outcome.duplicates },
      { format: 'CSV file', read: 4, added: 2, unverified: 1, duplicates: 0 },
    );
    assert.equal(cases.length, 2);
    assert.deepEqual(skipped, {
      count: 2,
      rows: [
        { place: 'line 3', problem: 'It has no value for Frage.' },
        { place: 'line 5', problem: 'It has 4 cells, the header 3. Quote cells that contain a separator.' },
      ],
    });
    assert.match(workspace.read('triage.golden.yaml'), /ticket: Wo ist "es"\?\n {2}expected: Lieferung\n {2}group: faq\n/);
  });

  it('writes nothing in a trial, and makes the set that --to names', async () => {
    const trial = await golden('tuning.jsonl', '--dry-run');
    assert.match(trial.out, /2 cases would be added to triage\.golden\.yaml\.\n$/);
    assert.equal(workspace.read('triage.golden.yaml'), GOLDEN);
    workspace.write({ 'second.prompt': PROMPT });
    const open = await golden('tuning.jsonl');
    assert.equal(open.code, 2);
    assert.match(open.err, /This workspace has 2 prompts\.\n {2}Name one with --to: second\.prompt, triage\.prompt\.\n$/);
    for (const [name, start] of [
      ['second.golden.jsonl', '{"id":'],
      ['second.golden.csv', 'id,ticket,expected\n'],
    ] as const) {
      const made = await golden('tuning.jsonl', '--to', name);
      assert.equal(made.code, 0, made.err);
      assert.ok(workspace.read(name).startsWith(start), workspace.read(name));
      rmSync(path.join(workspace.root, name));
    }
  });

  it('says what is wrong with a mapping, a file or a target', async () => {
    writeFileSync(path.join(workspace.root, 'packed.jsonl.gz'), gzipSync(turn('Packed', 'refund')));
    workspace.write({
      'broken.jsonl': 'x\ny\n',
      'empty.csv': '',
      'other.csv': 'a,b\n1,2\n',
      'answer.json': '{"data":[{"ticket":"T"}],"meta":{}}',
    });
    const packed = await golden('packed.jsonl.gz', '--dry-run');
    assert.equal(packed.out, '1 row read, 0 skipped. 1 case would be added to triage.golden.yaml.\n');
    const listed = await golden('answer.json', '--dry-run');
    assert.equal(
      listed.out,
      '1 row read, 0 skipped. 1 case would be added to triage.golden.yaml. 1 without an expected output: unverified.\n',
    );
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [
        ['tuning.jsonl', '--map', 'ticket=usr'],
        /No row of tuning\.jsonl has the field usr\.\n {2}Did you mean user\? Its fields: answer, user\./,
      ],
      [
        ['other.csv'],
        /No field of other\.csv \(CSV file\) fits a variable of the prompt: ticket\.\n {2}Name one: --map ticket=FIELD\. Its fields: a, b\./,
      ],
      [['broken.jsonl'], /No row of broken\.jsonl can be read\. line 1: It is not JSON\./],
      [['empty.csv'], /No row of empty\.csv can be read\./],
      [['gone.csv'], /There is no file gone\.csv\./],
      [['tuning.jsonl', '--to', 'nothing.golden.yaml'], /nothing\.golden\.yaml is not the golden set of any prompt here/],
      [[], /Name one file: goldset golden import FILE --to SET/],
    ];
    for (const [args, message] of wrong) {
      const ended = await golden(...args);
      assert.equal(ended.code, 2, `${args.join(' ')}: ${ended.err}`);
      assert.match(ended.err, message);
    }
    assert.equal(workspace.read('triage.golden.yaml'), GOLDEN);
  });
});
