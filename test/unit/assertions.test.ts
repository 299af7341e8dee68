import assert from 'node:assert/strict';
import type { AssertionSpec, GradedOutput } from '../../src/core/grade/assertion.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import { kinds } from '../../src/core/grade/kinds.ts';
import { picturesOf } from './picture.ts';

interface Picture {
  readonly type: string;
  readonly with?: Partial<AssertionSpec>;
  readonly given?: Partial<GradedOutput>;
  readonly pass?: readonly string[];
  readonly fail?: readonly string[];
  readonly error?: readonly string[];
  /** Part of the reason of the first failing output. */
  readonly reason?: string;
  /** Part of the reason of an output, by the output. */
  readonly because?: Readonly<Record<string, string>>;
}

const outputOf = (output: string, given: Partial<GradedOutput> = {}): GradedOutput => ({
  output,
  finish: 'stop',
  toolCalls: [],
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  outputTokens: null,
  vars: { name: 'Ana', nested: { x: 'deep' } },
  tools: [],
  ...given,
});

describe('assertions', () => {
  const pictures = picturesOf<Picture>('assertions');
  for (const picture of pictures) {
    const spec: AssertionSpec = { type: picture.type, ...picture.with };
    const inverse: AssertionSpec = { ...spec, type: spec.type.startsWith('not-') ? spec.type.slice(4) : `not-${spec.type}` };
    const shown = `${picture.type} ${JSON.stringify(picture.with ?? {})}`;
    for (const verdict of ['pass', 'fail', 'error'] as const) {
      for (const output of picture[verdict] ?? []) {
        it(`${shown}: ${JSON.stringify(output.slice(0, 60))} is a ${verdict}`, () => {
          const graded = gradeOutput([spec], null, outputOf(output, picture.given));
          assert.equal(graded.verdict, verdict, graded.assertions[0]?.reason ?? '');
          if (picture.type.endsWith('assert-set')) return;
          const opposite = gradeOutput([inverse], null, outputOf(output, picture.given));
          assert.equal(opposite.verdict, verdict === 'error' ? 'error' : verdict === 'pass' ? 'fail' : 'pass');
        });
      }
    }
    for (const [output, part] of Object.entries(picture.because ?? {})) {
      it(`${shown}: ${JSON.stringify(output.slice(0, 60))} says why`, () => {
        const [result] = gradeOutput([spec], null, outputOf(output, picture.given)).assertions;
        assert.ok(result?.reason.includes(part), result?.reason);
      });
    }
    const { reason, fail } = picture;
    if (reason !== undefined && fail?.[0] !== undefined) {
      it(`${shown} says why`, () => {
        const [result] = gradeOutput([spec], null, outputOf(fail[0] ?? '', picture.given)).assertions;
        assert.ok(result?.reason.includes(reason), result?.reason);
      });
    }
  }

  it('has a picture of every kind', () => {
    const drawn = new Set(pictures.map((picture) => picture.type.replace(/^not-/, '')));
    assert.deepEqual(
      Object.keys(kinds).filter((kind) => !drawn.has(kind)),
      [],
    );
  });

  it('weighs: weight 0 never fails, a threshold replaces "all must pass"', () => {
    const specs: AssertionSpec[] = [
      { type: 'contains', value: 'a', weight: 3 },
      { type: 'contains', value: 'b' },
      { type: 'contains', value: 'c', weight: 0 },
    ];
    assert.deepEqual(pick(gradeOutput(specs, null, outputOf('ab'))), ['pass', 1]);
    assert.deepEqual(pick(gradeOutput(specs, null, outputOf('a'))), ['fail', 0.75]);
    assert.deepEqual(pick(gradeOutput(specs, 0.7, outputOf('a'))), ['pass', 0.75]);
    assert.deepEqual(pick(gradeOutput(specs, 0.8, outputOf('a'))), ['fail', 0.75]);
  });

  it('makes what it cannot judge an error, whatever the threshold and the other assertions', () => {
    const specs: AssertionSpec[] = [
      { type: 'llm-rubric', value: 'x' },
      { type: 'contains', value: 'zzz' },
    ];
    assert.equal(gradeOutput(specs, 0, outputOf('a')).verdict, 'error');
    assert.equal(gradeOutput([{ type: 'not-llm-rubric', value: 'x' }], null, outputOf('a')).verdict, 'error');
  });
});

const pick = ({ verdict, score }: { verdict: string; score: number | null }): unknown[] => [verdict, score];
