/** What signals mean: known values, declared ones, and values that cannot be known, at every entry point. */
import assert from 'node:assert/strict';
import { declaredValues, isMatch, readMatch } from '../../src/core/config/declared-signals.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { Signal } from '../../src/core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import { scoreLine } from '../../src/core/feedback/logs/langfuse/langfuse-rows.ts';
import { feedbackOfLog } from '../../src/core/feedback/logs/otlp/feedback.ts';
import { interactionOfRow } from '../../src/core/feedback/logs/rows/row-interaction.ts';
import { readPostedSignals } from '../../src/core/feedback/signals/posted-signals.ts';
import { countedAs, isGood, mainFlag, valueProblem } from '../../src/core/feedback/signals/signal-meaning.ts';

const NOW = '2026-11-20T10:00:00.000Z';
/** Words that no table can know. */
const STRANGE = ['zorp', '', ' ', 'meh', '3 of 5', 'nicht so gut', '¯\\_(ツ)_/¯', '🦑', 'down?', 'upside'];

const SETTINGS = `signals:
  rating: { scale: [1, 5], good: ">= 4", bad: "<= 2" }
  feedback: { good: [positive, 1], bad: [negative, -1] }
  thumb: { good: [sideways] }
  speed: { bad: "> 10" }
`;
const declared = readGoldsetYaml('goldset.yaml', SETTINGS).config.signals;

describe('what a signal is counted as', () => {
  const UP = [
    true,
    1,
    '1',
    'up',
    'Up',
    ' UP ',
    'thumbs_up',
    'Thumbs Up',
    'thumbs-up',
    '+1',
    'like',
    'LIKED',
    'positive',
    'yes',
    '👍',
    '👍🏽',
    '❤️',
  ];
  const DOWN = [
    false,
    0,
    -1,
    '0',
    '-1',
    'down',
    'Down',
    'thumbs_down',
    'Thumbs-Down',
    'dislike',
    'Disliked',
    'negative',
    'no',
    '👎',
    '👎🏿',
    'bad',
  ];

  for (const name of ['thumb', 'thumbs', 'user_feedback'])
    it(`${name}: known values are up or down, whatever their capitals; others are neither`, () => {
      for (const value of UP) assert.equal(countedAs({ name, value }), 'thumbs-up', String(value));
      for (const value of DOWN) assert.equal(countedAs({ name, value }), 'thumbs-down', String(value));
      for (const value of [...STRANGE, 2, 0.5, -2]) {
        assert.equal(countedAs({ name, value }), `${name}:unknown`, String(value));
        assert.equal(isGood(`${name}:unknown`), null);
      }
      assert.equal(countedAs({ name, value: null }), null);
    });

  it('good news is counted only for a yes, bad news for everything but a no', () => {
    for (const name of ['accepted', 'copied', 'resolved', 'thumbs-up']) {
      assert.deepEqual(
        [true, 'yes', 1].map((value) => countedAs({ name, value })),
        [name, name, name],
      );
      assert.deepEqual(
        [false, 'no', 0, null].map((value) => countedAs({ name, value })),
        [null, null, null, null],
      );
      for (const value of STRANGE) assert.equal(isGood(countedAs({ name, value }) ?? ''), null, `${name} ${value}`);
    }
    for (const name of ['report', 'escalated', 'tool-failure', 'refusal']) {
      assert.deepEqual(
        [true, 'wrong price', 'bad', 'timeout'].map((value) => countedAs({ name, value })),
        [name, name, name, name],
      );
      assert.deepEqual(
        [false, 'no', 0, null].map((value) => countedAs({ name, value })),
        [null, null, null, null],
      );
    }
  });

  it('what an application calls its own signals is neither, also when the name looks like a side of a declared one', () => {
    for (const name of ['tone', 'tone:bad', 'tone:good', 'bad', 'constructor', '__proto__'])
      assert.equal(isGood(countedAs({ name, value: true }, declared) ?? ''), null, name);
  });

  it('declared scales and values decide, and what was not declared is not known', () => {
    const of = (name: string, value: Signal['value']): string | null => countedAs({ name, value }, declared);
    assert.deepEqual(
      [1, 2, '2', 2.5, 3, 4, 5].map((value) => of('rating', value)),
      ['rating:bad', 'rating:bad', 'rating:bad', 'rating', 'rating', 'rating:good', 'rating:good'],
    );
    for (const value of [0, 6, -1, 'one', true, '']) assert.equal(of('rating', value), 'rating:unknown', String(value));
    assert.deepEqual(
      ['positive', 'Positive', 1, '1'].map((value) => of('feedback', value)),
      Array(4).fill('feedback:good'),
    );
    assert.deepEqual(
      ['negative', -1].map((value) => of('feedback', value)),
      Array(2).fill('feedback:bad'),
    );
    for (const value of [...STRANGE, true, 0, 2, 'up']) assert.equal(of('feedback', value), 'feedback:unknown', String(value));
    assert.deepEqual(
      ['sideways', 'up', 'down', 'zorp'].map((value) => of('thumb', value)),
      ['thumbs-up', 'thumbs-up', 'thumbs-down', 'thumb:unknown'],
    );
    assert.deepEqual(
      [3, 11, 'fast'].map((value) => of('speed', value)),
      ['speed', 'speed:bad', 'speed:unknown'],
    );
    assert.equal(of('rating', null), null);
    assert.deepEqual([isGood('rating:bad'), isGood('rating:good'), isGood('rating')], [false, true, null]);
    assert.equal(mainFlag(['truncated', 'rating:bad']), 'rating:bad');
  });
});

describe('signals in goldset.yaml', () => {
  it('reads bounds in one way', () => {
    assert.deepEqual(['<= 2', '<2', ' >=  -1.5 ', '> +3', 'positive', 'x <= 2', '=< 2'].map(readMatch), [
      { than: '<=', bound: 2 },
      { than: '<', bound: 2 },
      { than: '>=', bound: -1.5 },
      { than: '>', bound: 3 },
      { is: 'positive' },
      { is: 'x <= 2' },
      { is: '=< 2' },
    ]);
    assert.deepEqual(
      [1.9, 2, '2', 2.1, 'two'].map((value) => isMatch(readMatch('< 2'), value)),
      [true, false, false, false, false],
    );
    assert.equal(declaredValues(declared['rating'] ?? assert.fail()), '1 to 5');
    assert.equal(declaredValues(declared['feedback'] ?? assert.fail()), 'positive, 1, negative, -1');
  });

  const WRONG: readonly (readonly [text: string, line: number, message: RegExp])[] = [
    ['signals:\n  rating: { scale: [5, 1], bad: "<= 2" }', 1, /least and the largest/],
    ['signals:\n  rating:\n    scale: [1, 5]\n    bad: "<= 0"', 3, /No value from 1 to 5/],
    ['signals:\n  rating:\n    scale: [1, 5]\n    bad: [1, "two"]', 3, /No value from 1 to 5 is two/],
    ['signals:\n  rating:\n    bad: "=< 2"', 2, /not a bound/],
    ['signals:\n  rating:\n    good: ">= 2"\n    bad: "<= 2"', 2, /2 is both/],
    ['signals:\n  rating:\n    good: ">= 2"\n    bad: "<= 4"', 2, /both/],
    ['signals:\n  feedback:\n    good: [yes, Positive]\n    bad: [positive]', 2, /both/],
    ['signals:\n  feedback: {}', 1, /needs `good` or `bad`/],
    ['signals:\n  feedback: { scale: [1, 5] }', 1, /needs `good` or `bad`/],
    ['signals:\n  correction: { bad: [x] }', 1, /text/],
    ['signals:\n  feedback:\n    bad: [[x]]', 2, /must be text, a number/],
    ['signals:\n  feedback: positive', 1, /must be a map/],
    ['signals: [x]', 0, /must be a map/],
  ];
  for (const [text, line, message] of WRONG)
    it(`says where ${JSON.stringify(text.slice(9))} is wrong, and leaves the signal out`, () => {
      const { config, diagnostics } = readGoldsetYaml('goldset.yaml', text);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      assert.deepEqual(config.signals, {});
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.match(errors[0]?.message ?? '', message);
      assert.equal(text.slice(0, errors[0]?.range?.start ?? 0).split('\n').length - 1, line);
    });
  it('warns of a key that does not exist', () => {
    const { diagnostics } = readGoldsetYaml('goldset.yaml', 'signals:\n  rating: { bda: "<= 2", bad: 1 }');
    assert.deepEqual(
      diagnostics.map(({ severity, hint }) => [severity, hint]),
      [['warning', 'Did you mean `bad`?']],
    );
  });
});

describe('a value that is not known', () => {
  it('is refused where it can be, with the values that are known', () => {
    const post = (given: object, by = declared): { signals: readonly Signal[]; problems: readonly string[] } => {
      const read = readPostedSignals(JSON.stringify({ interaction: 'i', ...given }), NOW, by);
      return { signals: read?.followUps.flatMap(({ signals }) => signals) ?? [], problems: read?.problems ?? [] };
    };
    for (const value of STRANGE) {
      const { signals, problems } = post({ name: 'thumb', value }, {});
      assert.deepEqual(signals, []);
      assert.match(problems[0] ?? '', /Unknown value ".*" of `thumb`.*up, down.*null takes/);
    }
    assert.match(post({ name: 'rating', value: 9 }).problems[0] ?? '', /Known values: 1 to 5/);
    assert.match(post({ name: 'feedback', value: 'zorp' }).problems[0] ?? '', /Known values: positive, 1, negative, -1/);
    assert.match(post({ name: 'accepted', value: 'zorp' }).problems[0] ?? '', /yes, no/);
    assert.match(post({ name: 'thumb' }).problems[0] ?? '', /needs a `value`/);
    assert.deepEqual(post({ name: 'report' }).signals[0]?.value, true);
    assert.deepEqual(post({ name: 'thumb', value: null }).signals[0]?.value, null);
    // A declared signal needs no kind: a person says it.
    assert.deepEqual(post({ name: 'feedback', value: 'positive' }).signals[0]?.kind, 'explicit');
    assert.equal(valueProblem({ name: 'own', value: 'zorp' }), null);
  });

  it('is kept as it is from files, and counts as neither', () => {
    for (const word of STRANGE.filter((text) => text.trim() !== '')) {
      const found: (Signal | undefined)[] = [
        otlp({ 'gen_ai.evaluation.name': 'thumb', 'gen_ai.evaluation.score.label': word }),
        langfuse({ dataType: 'CATEGORICAL', name: 'user_feedback', value: 1, stringValue: word }),
        row('thumb', word),
        stored({ kind: 'explicit', name: 'thumb', value: word }),
      ];
      for (const signal of found) {
        assert.equal(signal?.value, word);
        assert.equal(isGood(countedAs(signal) ?? ''), null, word);
      }
    }
  });

  it('of a file that leaves it out or writes it in another shape is not null, which would take an earlier value back', () => {
    const values = [
      stored({ kind: 'explicit', name: 'thumb' }),
      stored({ kind: 'explicit', name: 'thumb', value: { up: true } }),
      langfuse({ dataType: 'NUMERIC', name: 'user_feedback', value: null }),
      otlp({ 'gen_ai.evaluation.name': 'thumb', 'gen_ai.evaluation.explanation': 'hm' }),
    ].map((signal) => countedAs(signal ?? assert.fail()));
    assert.deepEqual(values, ['thumb:unknown', 'thumb:unknown', 'user_feedback:unknown', 'thumb:unknown']);
    assert.equal(stored({ kind: 'explicit', name: 'report' })?.value, true);
    assert.equal(stored({ kind: 'explicit', name: 'thumb', value: null })?.value, null);
  });

  it('does not hide a label that is known, and a score that contradicts its label is not known', () => {
    const of = (score: number, label: string): string | null =>
      countedAs(
        otlp({ 'gen_ai.evaluation.name': 'thumb', 'gen_ai.evaluation.score.value': score, 'gen_ai.evaluation.score.label': label }) ??
          assert.fail(),
      );
    assert.deepEqual(
      [of(0.2, 'down'), of(1, 'up'), of(0, 'zorp'), of(1, 'down'), of(0.7, 'zorp')],
      ['thumbs-down', 'thumbs-up', 'thumbs-down', 'thumb:unknown', 'thumb:unknown'],
    );
    // The number of a category says nothing of it, and a flag is 0 or 1.
    const score = (given: object): string | null => countedAs(langfuse({ name: 'user_feedback', ...given }) ?? assert.fail());
    assert.equal(score({ dataType: 'CATEGORICAL', value: 0, stringValue: 'good' }), 'thumbs-up');
    assert.deepEqual(
      [0, 1, 0.5].map((value) => score({ dataType: 'BOOLEAN', value })),
      ['thumbs-down', 'thumbs-up', 'user_feedback:unknown'],
    );
  });
});

const otlp = (attributes: Record<string, string | number>): Signal | undefined =>
  feedbackOfLog({
    ...{ name: 'gen_ai.evaluation.result', timeMs: 1, spanId: 's', traceId: 't', body: undefined },
    attributes: new Map(Object.entries(attributes)),
  } as unknown as Parameters<typeof feedbackOfLog>[0])[0]?.signal;

function langfuse(given: object): Signal | undefined {
  const read = scoreLine({ id: 's', source: 'API', timestamp: NOW, observationId: 'o', ...given });
  return 'followUp' in read ? read.followUp.signals[0] : undefined;
}

function row(name: string, value: string): Signal | undefined {
  const mapping = { fields: { time: { from: 'time' }, output: { from: 'output' } }, constants: {}, signals: [{ from: 'said', name }] };
  const read = interactionOfRow({ time: NOW, output: 'x', said: value }, mapping as unknown as Parameters<typeof interactionOfRow>[1], {
    content: () => 'h'.repeat(32),
    user: () => 'u',
  });
  return 'interaction' in read ? read.interaction.signals[0] : undefined;
}

function stored(signal: object): Signal | undefined {
  const read = readStoredLine(JSON.stringify({ id: 'i', time: NOW, signals: [signal] }));
  return 'interaction' in read ? read.interaction.signals[0] : undefined;
}
