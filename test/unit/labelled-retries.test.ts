/** How many retries are found in 351 labelled shapes of calls, and how many of those found are retries (test/unit/labelled-retries/RULE.md). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { RetriedFinder, RetryFinder } from '../../src/core/feedback/signals/retry-finder.ts';

const PRECISION = 0.95;
const RECALL = 0.9;
const START = Date.parse('2026-11-20T10:00:00Z');

interface Shape {
  readonly id: string;
  readonly calls: readonly Interaction[];
  /** Pairs of retried and retrying. */
  readonly retries: readonly string[];
}
type Pair = readonly [language: string, seconds: number, first: string, second: string];
interface Sequence {
  readonly id: string;
  readonly forms: readonly Form[];
  readonly calls: readonly {
    readonly at: number;
    readonly user?: string | null;
    readonly conversation?: string;
    readonly action?: string;
    readonly prompt?: string;
    readonly say: readonly string[];
  }[];
  readonly retries: readonly (readonly [number, number])[];
}
type Form = 'openai' | 'anthropic' | 'responses' | 'variables';

const FOLDER = path.join('test', 'unit', 'labelled-retries');
const read = (name: string): unknown => parse(readFileSync(path.join(FOLDER, name), 'utf8'));

function call(id: string, seconds: number, given: object): Interaction {
  const line = { id, time: new Date(START + seconds * 1000).toISOString(), user: 'u1', prompt: { name: 'p' }, ...given };
  const found = readInteraction(JSON.stringify(line));
  assert.ok('interaction' in found);
  return found.interaction;
}

/** One message in the form of a provider. `i`: its place, for the names of calls of tools. */
function message(form: Form, line: string, i: number): object {
  const [, who = '', text = ''] = /^([SUACT]): (.*)$/s.exec(line) ?? [];
  const part = (type: string): object[] => [{ type, text }];
  if (form === 'anthropic') {
    if (who === 'C') return { role: 'assistant', content: [{ type: 'tool_use', id: `t${i}`, name: text, input: {} }] };
    if (who === 'T') return { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${i - 1}`, content: text }] };
    return { role: who === 'A' ? 'assistant' : 'user', content: part('text') };
  }
  if (form === 'responses') {
    if (who === 'C') return { type: 'function_call', call_id: `t${i}`, name: text, arguments: '{}' };
    if (who === 'T') return { type: 'function_call_output', call_id: `t${i - 1}`, output: text };
    if (who === 'A') return { type: 'message', role: 'assistant', content: part('output_text') };
    return { role: who === 'S' ? 'developer' : 'user', content: part('input_text') };
  }
  if (who === 'C')
    return { role: 'assistant', content: null, tool_calls: [{ id: `t${i}`, type: 'function', function: { name: text, arguments: '{}' } }] };
  if (who === 'T') return { role: 'tool', tool_call_id: `t${i - 1}`, content: text };
  return { role: { S: 'system', U: 'user', A: 'assistant' }[who], content: text };
}

function shapes(): Shape[] {
  const pairs = read('pairs.yaml') as Readonly<Record<'retry' | 'other', readonly Pair[]>>;
  const ofPairs = (['retry', 'other'] as const).flatMap((label) =>
    pairs[label].map(([language, seconds, first, second]): Shape => {
      const said = [first, second].map((text, i) => call(`c${i}`, i * seconds, { messages: [{ role: 'user', content: text }] }));
      return { id: `${language}: ${first} | ${second} (${seconds} s)`, calls: said, retries: label === 'retry' ? ['c0 c1'] : [] };
    }),
  );
  const sequences = (read('sequences.yaml') as readonly Sequence[]).flatMap(({ id, forms, calls, retries }) =>
    forms.map((form): Shape => ({
      id: `${id} (${form})`,
      calls: calls.map(({ at, say, action, prompt = 'p', ...who }, i) => {
        const [type = '', of = ''] = action?.split(' ') ?? [];
        const system = form === 'anthropic' ? say.filter((line) => line.startsWith('S: ')) : [];
        const variables = say.filter((line) => line.startsWith('V: ')).map((line): unknown => JSON.parse(line.slice(3)))[0];
        return call(`c${i}`, at, {
          ...who,
          prompt: { name: prompt },
          ...(action === undefined ? {} : { action: { type, id: of } }),
          ...(variables === undefined ? {} : { variables }),
          messages: say.filter((line) => !line.startsWith('V: ') && !system.includes(line)).map((line, at) => message(form, line, at)),
        });
      }),
      retries: retries.map(([before, after]) => `c${before} c${after}`),
    })),
  );
  return [...ofPairs, ...sequences];
}

describe('retries in labelled calls', () => {
  const all = shapes();
  const found = new Map<Shape, string[]>();
  before(() => {
    for (const shape of all) {
      const finder = new RetryFinder();
      found.set(
        shape,
        shape.calls.flatMap((item) => {
          const retried = finder.take(item);
          return retried === null ? [] : [`${retried} ${item.id}`];
        }),
      );
    }
  });

  it('the set has at least 300 shapes, each once, in ten languages or more', () => {
    assert.ok(all.length >= 300, String(all.length));
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.ok(new Set(all.flatMap(({ id }) => /^([a-z]{2}): /.exec(id)?.[1] ?? [])).size >= 10);
  });

  it('at least 95 % of what is called a retry is one', () => {
    const wrong = all.flatMap((shape) =>
      (found.get(shape) ?? []).filter((pair) => !shape.retries.includes(pair)).map((pair) => `${shape.id} ${pair}`),
    );
    const count = [...found.values()].flat().length;
    const share = (count - wrong.length) / count;
    assert.ok(share >= PRECISION, `${count - wrong.length} of ${count} (${share.toFixed(3)}). Wrong:\n${wrong.join('\n')}`);
  });

  it('at least 90 % of the retries are found', () => {
    const missed = all.flatMap((shape) =>
      shape.retries.filter((pair) => !(found.get(shape) ?? []).includes(pair)).map((pair) => `${shape.id} ${pair}`),
    );
    const count = all.flatMap(({ retries }) => retries).length;
    const share = (count - missed.length) / count;
    assert.ok(share >= RECALL, `${count - missed.length} of ${count} (${share.toFixed(3)}). Missed:\n${missed.join('\n')}`);
  });

  it('the same are found from the last call back', () => {
    for (const shape of all) {
      const finder = new RetriedFinder();
      const pairs = [...shape.calls].reverse().flatMap((item) => {
        const by = finder.take(item);
        return by === null ? [] : [`${item.id} ${by.id}`];
      });
      assert.deepEqual(pairs.reverse(), found.get(shape), shape.id);
    }
  });
});
