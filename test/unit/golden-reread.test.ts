/** A long golden set that is read again after an edit is what reading it anew gives, and reads only what changed. */
import assert from 'node:assert/strict';
import { KnownItems } from '../../src/core/golden/known-items.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { Random } from '../../src/core/statistics/random.ts';

const CASES = 700;

/** Cases of several shapes: own ids and derived ones, comments, block scalars, blank lines, an item that stands twice. */
function itemAt(i: number): string {
  const shapes = [
    `- id: case-${i}\n  # checked by Ana\n  vars: { ticket: "Order ${i}: where is it?", tone: calm }\n  expected: { label: refund }\n  assert:\n    - { type: is-json }\n`,
    `- vars:\n    ticket: |\n      Order ${i},\n\n      - with a dash\n  expected: ok\n\n# the next ones are of ${i}\n`,
    `- description: number ${i}\n  vars: { n: ${i} }\n  assert: [{ type: contains, value: "${i}" }]\n  group: g${i % 7}\n`,
    `- vars: { ticket: the same }\n  expected: no\n`,
    `- id: known-${i}\n  vars: { ticket: "«ü» ${i}" }\n  expected: |-\n    two\n    lines\n  status: known-failing\n`,
  ];
  return shapes[i % shapes.length] ?? '';
}

const textOf = (items: readonly string[]): string => `# a set\n${items.join('')}`;

describe('a golden set that is read again', () => {
  const edits: readonly (readonly [string, (items: string[], at: number) => void])[] = [
    [
      'a value is edited',
      (items, at) => (items[at] = (items[at] ?? '').replace(/expected: .*/, 'expected: { label: billing, why: "a longer text" }')),
    ],
    ['a case is deleted', (items, at) => items.splice(at, 1)],
    ['a case is added before others', (items, at) => items.splice(at, 0, `- { id: new-${at}, vars: { ticket: new }, expected: yes }\n`)],
    ['two cases change places', (items, at) => items.splice(at, 2, items[at + 1] ?? '', items[at] ?? '')],
    ['a case gets the id of another', (items, at) => (items[at] = `- id: case-0\n  vars: { ticket: x }\n  expected: no\n`)],
    [
      'a case cannot be judged',
      (items, at) => (items[at] = `- id: bad-${at}\n  vars: { ticket: x }\n  assert: [{ type: no-such-type }]\n`),
    ],
    ['a number is not what is written', (items, at) => (items[at] = `- { id: number-${at}, vars: { n: 007 }, expected: 1.10 }\n`)],
    ['a quote is left open', (items, at) => (items[at] = `- id: open-${at}\n  vars: { ticket: "never closed }\n`)],
  ];
  it('is the same as when it is read anew, after one edit on top of the other', () => {
    const random = new Random(11);
    const known = new KnownItems();
    const items = Array.from({ length: CASES }, (_, i) => itemAt(i));
    assert.ok(textOf(items).length > 70_000, 'so long that it is read in pieces');
    readGoldenSet('a.golden.yaml', textOf(items), known);
    for (const [name, edit] of edits) {
      edit(items, Math.floor(random.next() * (CASES - 8)));
      const text = textOf(items);
      assert.deepEqual(readGoldenSet('a.golden.yaml', text, known), readGoldenSet('a.golden.yaml', text), name);
    }
  });

  it('reads one case after an edit of one, in a small part of the time of the first reading', () => {
    const items = Array.from({ length: 1500 }, (_, i) => itemAt(i));
    const known = new KnownItems();
    const cpu = (work: () => unknown): number => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const first = cpu(() => readGoldenSet('a.golden.yaml', textOf(items), known));
    items[700] = '- { id: edited, vars: { ticket: x }, expected: yes }\n';
    const again = cpu(() => readGoldenSet('a.golden.yaml', textOf(items), known));
    // Measured: about a fortieth.
    assert.ok(again < first / 5, `${again} of ${first} µs`);
  });
});
