/** JSON that is larger than memory: items of a list, objects one after the other, rows that an object holds. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonItems, type FileRow } from '../../src/adapters/import/json-items.ts';
import { heldRows } from '../../src/core/feedback/logs/held-rows.ts';
import type { JsonValue } from '../../src/core/json/json.ts';

/** `sizes`: of the pieces in which the text comes, again and again. */
function itemsOf(text: string, longest: number, sizes: readonly number[]): FileRow[] {
  const items = new JsonItems(longest);
  const found: FileRow[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    found.push(...items.take(text.slice(at, at + size)));
    at += size;
  }
  found.push(...items.end());
  return found;
}

const rowsIn = (found: readonly FileRow[]): JsonValue[] => found.map((item) => ('row' in item ? item.row : item.problem));
const value = fc.jsonValue({ maxDepth: 3 }).map((given) => JSON.parse(JSON.stringify(given)) as JsonValue);
const object = fc
  .dictionary(fc.string({ maxLength: 6 }), value, { maxKeys: 4 })
  .map((given) => JSON.parse(JSON.stringify(given)) as Record<string, JsonValue>);
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const indent = fc.constantFrom(0, 2, '\t');

describe('items of JSON', () => {
  it('of a list are its items, in whatever pieces the text comes', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), indent, pieces, (list, space, sizes) => {
        assert.deepEqual(rowsIn(itemsOf(JSON.stringify(list, null, space), 1e6, sizes)), list);
      }),
    );
  });
  it('are objects one after the other, also between lines that a program printed', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1 }), indent, pieces, fc.constantFrom('\n', '', ',\n'), (list, space, sizes, between) => {
        assert.deepEqual(rowsIn(itemsOf(list.map((item) => JSON.stringify(item, null, space)).join(between), 1e6, sizes)), list);
      }),
    );
    assert.deepEqual(rowsIn(itemsOf('Start "it\n{"a":1}\nIt said so.\n{"b":2}\nend', 1e6, [3])), [
      'It is not JSON.',
      { a: 1 },
      'It is not JSON.',
      { b: 2 },
      'It is not JSON.',
    ]);
  });
  it('that an object holds come one by one where it is too large, each with what stands before them', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 20, maxLength: 40 }), object, value, indent, pieces, (rows, trace, tail, space, sizes) => {
        const padded = rows.map((row, i) => ({ ...row, number: i, text: 'x'.repeat(60) }));
        const text = JSON.stringify({ trace, observations: padded, tail }, null, space);
        const longest = Math.max(400, ...padded.map((row) => JSON.stringify(row, null, space).length * 2));
        fc.pre(text.length > longest * 2 && JSON.stringify({ trace }, null, space).length < longest / 2);
        const found = itemsOf(`${text}\n{"next":1}`, longest, sizes);
        assert.deepEqual(rowsIn(found), [...padded.map((row) => ({ trace, observations: [row] })), { next: 1 }]);
        assert.equal(found[1]?.place, 'item 1, observations 2');
        assert.equal(found.at(-1)?.place, 'item 2');
      }),
      { numRuns: 30 },
    );
  });
  it('that are too long or broken say so, and the others are read', () => {
    assert.deepEqual(rowsIn(itemsOf(JSON.stringify([{ a: 'x'.repeat(500) }, { b: 1 }]), 100, [7])), ['It is longer than 0 MB.', { b: 1 }]);
    assert.deepEqual(rowsIn(itemsOf('[{"a":1},{"b":}', 100, [4])), [{ a: 1 }, 'It is incomplete: the file ends inside it.']);
    assert.deepEqual(rowsIn(itemsOf('{"data":[{"a":1},{"b":2},{"c"', 16, [5])), [
      { data: [{ a: 1 }] },
      { data: [{ b: 2 }] },
      'It is incomplete: the file ends inside it.',
    ]);
  });
  it('never throw, whatever the text is', () => {
    const text = fc.array(fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', 'data', ' ', '\n', '1', 'x'), { maxLength: 80 });
    fc.assert(
      fc.property(text, pieces, (parts, sizes) => {
        for (const item of itemsOf(parts.join(''), 20, sizes)) assert.ok('row' in item || item.problem !== '');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('rows that an object holds', () => {
  const names = (row: JsonValue): unknown => heldRows(row)?.rows ?? null;
  it('are those of a page, of an export, and steps with what is said of all of them once', () => {
    assert.deepEqual(names({ object: 'list', data: [{ a: 1 }], has_more: false }), [{ a: 1 }]);
    assert.deepEqual(names({ meta: [{ name: 'a', type: 'String' }], data: [{ a: 1 }], rows: 1, statistics: { elapsed: 0.1 } }), [{ a: 1 }]);
    assert.deepEqual(names({ trace_id: 't', ticket: 'Late', spans: [{ a: 1 }, { trace_id: 'u' }] }), [
      { trace_id: 't', ticket: 'Late', a: 1 },
      { trace_id: 'u', ticket: 'Late' },
    ]);
  });
  it('are none where the object is a row itself', () => {
    for (const row of [
      { prompt: 'Hi', results: [{ a: 1 }] },
      { prompt: 'Hi', answer: 'Yo', events: [{ a: 1 }] },
      { trace: {}, observations: [{ a: 1 }] },
      { data: [1, 2] },
      { data: [{ a: 1 }], items: [{ b: 1 }] },
      { messages: [{ role: 'user', content: 'x' }] },
      [],
      null,
    ])
      assert.equal(names(row), null, JSON.stringify(row));
  });
});
