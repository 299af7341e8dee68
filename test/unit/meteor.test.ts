/** `meteor` and the stems that it compares. */
import assert from 'node:assert/strict';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';
import { porterStem } from '../../src/core/grade/porter-stem.ts';
import { meteor } from '../../src/core/grade/kinds/meteor.ts';

/** Of the examples in Porter's paper, as the whole algorithm stems them. */
const STEMS: Readonly<Record<string, string>> = {
  caresses: 'caress',
  ponies: 'poni',
  cats: 'cat',
  feed: 'feed',
  agreed: 'agre',
  plastered: 'plaster',
  bled: 'bled',
  motoring: 'motor',
  sing: 'sing',
  troubled: 'troubl',
  sized: 'size',
  hopping: 'hop',
  falling: 'fall',
  hissing: 'hiss',
  filing: 'file',
  happy: 'happi',
  sky: 'sky',
  relational: 'relat',
  conditional: 'condit',
  generalizations: 'gener',
  oscillators: 'oscil',
  revival: 'reviv',
  adjustment: 'adjust',
  adoption: 'adopt',
  probate: 'probat',
  rate: 'rate',
  controlling: 'control',
  rolling: 'roll',
};

const graded = (output: string, value: string | string[], threshold?: number) =>
  meteor.grade({ type: 'meteor', value, ...(threshold === undefined ? {} : { threshold }) }, { output } as never);

describe('meteor', () => {
  it('stems words as Porter’s paper does', () => {
    for (const [word, stem] of Object.entries(STEMS)) assert.equal(porterStem(word), stem, word);
  });

  it('gives the score that its formula gives by hand', () => {
    const of = (output: string, value: string | string[]): number => Math.round((graded(output, value).score ?? -1) * 1e4) / 1e4;
    // 3 of 3 words in one chunk: mean 1, penalty 0.5 × (1/3)³.
    assert.equal(of('the cat sat', 'the cat sat'), 0.9815);
    // Stems: cats/cat; one chunk of 3.
    assert.equal(of('The cats sat.', 'the cat sat'), 0.9815);
    // Two words of three in another order: 2 chunks of 2, penalty 0.5; P = R = 2/3.
    assert.equal(of('sat cat dog', 'cat sat bird'), 0.3333);
    // P = 1/2, R = 1/4: mean 0.125 / (0.45 + 0.025) = 0.2632; one chunk of one halves it.
    assert.equal(of('cat dog', 'cat a b c'), 0.1316);
    assert.equal(of('nothing here', 'quite other words'), 0);
    assert.equal(of('', 'words'), 0);
    assert.equal(of('the cat sat', ['other', 'the cat sat']), 0.9815);
  });

  it('is an error with weights of a config that are not read', () => {
    const text = 'prompts: [x]\nproviders: [echo]\ntests:\n  - assert:\n      - { type: meteor, value: a, alpha: 0.5 }\n';
    const { caseDiagnostics, documents } = readPromptfoo('promptfooconfig.yaml', text, { texts: new Map(), matches: new Map() });
    assert.match(caseDiagnostics.map(({ message }) => message).join(), /`alpha` of `meteor` is not read/);
    assert.match(documents[0]?.embedded.cases[0]?.unsupported ?? '', /alpha/);
  });

  it('passes at the threshold, and needs a reference', () => {
    assert.equal(graded('the cat sat', 'the cat sat').pass, true);
    assert.equal(graded('the cat sat', 'the cat sat', 0.99).pass, false);
    assert.match(meteor.check({ type: 'meteor' }) ?? '', /needs a reference/);
  });
});
