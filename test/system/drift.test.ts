/** `goldset insights drift` through the built command line: what is new, the command that adds it as cases, and exit codes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Drift } from '../../src/core/feedback/insights/drift/drift.ts';
import { Random } from '../../src/core/statistics/random.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { TestWorkspace } from './command-line.ts';

const TOPICS = [
  'invoice payment card charge',
  'parcel delivery courier tracking',
  'password login email reset',
  'booking room hotel breakfast',
];
const FRESH = 'voucher black friday discount';
const FIRST = Date.parse('2026-10-19T08:00:00Z');
/** Days of the reference, then those of the window. */
const [BEFORE, DAYS, CALLS] = [28, 35, 24];
/** One for each of the fourteen new inputs. */
const GOODS = 'shoes lamp sofa phone kettle jacket camera table mirror carpet watch guitar tent blender'.split(' ');

function planted(): string[] {
  const random = new Random(7);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;
  return Array.from({ length: DAYS * CALLS }, (_, i) => {
    const day = Math.floor(i / CALLS);
    const isFresh = day >= BEFORE && i % 12 === 3;
    const words = isFresh
      ? `${FRESH} ${GOODS[Math.floor(i / 12) % GOODS.length] ?? ''} ${i}`
      : `${pick(TOPICS)} ${pick(['late', 'wrong', 'today'])} ${pick(['help', 'order'])} ${i}`;
    return JSON.stringify({
      ...{
        id: `call-${i}`,
        time: new Date(FIRST + day * 86_400_000 + (i % CALLS) * 60_000).toISOString(),
        user: `u${Math.floor(random.next() * 200)}`,
      },
      ...{
        prompt: { name: 'answer.prompt', version: day < BEFORE ? '1' : '2' },
        model: 'm',
        variables: { question: words },
        output: 'Fine.',
      },
      signals: isFresh ? [{ kind: 'explicit', name: 'thumb', value: -1 }] : [],
    });
  });
}

describe('goldset insights drift', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({
      'goldset.yaml': 'title: question\n',
      'answer.prompt': '---\nmodel: scripted:answers.yaml\ninput:\n  schema:\n    question: string\n---\nAnswer: {{question}}\n',
      'answers.yaml': 'default: Fine.\n',
      'answer.golden.yaml':
        '- vars: { question: Where is my parcel with the courier tracking }\n  assert: [{ type: contains, value: Fine }]\n',
    });
    const read = planted().map((line) => readInteraction(line));
    new InteractionFiles(workspace.root).append(...read.flatMap((item) => ('interaction' in item ? [item] : [])));
  });
  after(() => workspace.dispose());

  it('names what is new, and its command adds cases that are not verified', async () => {
    const { code, out } = await workspace.run(['insights', 'drift']);
    assert.equal(code, 0);
    assert.match(out, /Drift, 16–22 Nov against the weeks before \(19 Oct–15 Nov\): \d+ changes? in 168 calls against 672\./);
    assert.match(out, /8\.3 % of inputs are unlike any before: .*voucher.* \(14 of 168; none of 672 before; p = .*\); 14 of 14 rejected/);
    const [, command = ''] = /^ {4}goldset (golden add --from \S+)$/m.exec(out) ?? [];
    const added = await workspace.run([...command.split(' '), '--no-replay', '--yes', '--per-group', '20']);
    assert.equal(added.code, 0, added.err);
    assert.match(added.out, /14 cases added\./);
    const golden = readFileSync(path.join(workspace.root, 'answer.golden.yaml'), 'utf8');
    assert.equal(golden.match(/status: unverified/g)?.length, 14);
    assert.deepEqual(
      GOODS.filter((word) => !golden.includes(`friday discount ${word}`)),
      [],
    );
  });

  it('compares with the golden sets and with a version, and exits with 1 on request', async () => {
    const json = async (...args: string[]): Promise<Drift> => {
      const { out, err } = await workspace.run(['insights', 'drift', '--json', ...args]);
      assert.equal(err, '');
      return JSON.parse(out) as Drift;
    };
    const golden = await json('--against', 'golden');
    assert.deepEqual([golden.reference.kind, golden.calls.reference, golden.changes.length], ['golden', 0, 0]);
    assert.ok((golden.unlike?.after.rate ?? 0) > 0.4, JSON.stringify(golden.unlike));
    const version = await json('--against', '1', '--since', '2026-11-10');
    assert.deepEqual([version.calls.window, version.calls.reference], [168, 672]);
    assert.equal((await workspace.run(['insights', 'drift', '--check'])).code, 1);
    assert.equal((await workspace.run(['insights', 'drift', 'units'])).code, 2);
  });
});
