/** How many of the findings on 200 labelled prompts are useful (test/unit/labelled/RULE.md), and how many useful ones are found. */
import assert from 'node:assert/strict';
import { FINDING_CODES } from '../../src/core/economics/findings/finding.ts';
import { labelledPrompts, reportedFor, type LabelledPrompt, type Reported } from './labelled-prompts.ts';

/** Of the findings that are reported, the share that is labelled useful. */
const PRECISION = 0.8;
/** Of the labels, the share that is reported. */
const RECALL = 0.85;

describe('findings on labelled prompts', () => {
  const prompts = labelledPrompts();
  let measured: { prompt: LabelledPrompt; reported: Reported[] }[] = [];
  before(() => {
    measured = prompts.map((prompt) => ({ prompt, reported: reportedFor(prompt) }));
  });

  it('the set has 200 prompts, each id once, and labels of codes that exist', () => {
    assert.equal(prompts.length, 200);
    assert.equal(new Set(prompts.map(({ id }) => id)).size, 200);
    const others = ['template/undeclared-variable', 'golden/missing-variable', 'golden/unused-variable'];
    const known = new Set<string>([...FINDING_CODES, ...others]);
    assert.deepEqual(
      prompts.flatMap(({ useful }) => useful.filter((code) => !known.has(code))),
      [],
    );
  });

  it('at least 80 % of what is reported is useful', () => {
    const noise = measured.flatMap(({ prompt, reported }) =>
      reported.filter(({ code }) => !prompt.useful.includes(code)).map(({ code, message }) => `${prompt.id}: ${code}: ${message}`),
    );
    const all = measured.reduce((sum, { reported }) => sum + reported.length, 0);
    const share = (all - noise.length) / all;
    assert.ok(share >= PRECISION, `${all - noise.length} of ${all} are useful (${Math.round(share * 100)} %). Noise:\n${noise.join('\n')}`);
  });

  it('at least 85 % of what is useful is reported', () => {
    const missed = measured.flatMap(({ prompt, reported }) =>
      prompt.useful.filter((code) => !reported.some((item) => item.code === code)).map((code) => `${prompt.id}: ${code}`),
    );
    const all = prompts.reduce((sum, { useful }) => sum + useful.length, 0);
    const share = (all - missed.length) / all;
    assert.ok(
      share >= RECALL,
      `${all - missed.length} of ${all} are reported (${Math.round(share * 100)} %). Not reported:\n${missed.join('\n')}`,
    );
  });
});
