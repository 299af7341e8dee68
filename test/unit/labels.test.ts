/** Labels: where they are kept, what they keep of texts, and which of several stands for an output. */
import assert from 'node:assert/strict';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { itemOfInteraction, itemOfResult } from '../../src/core/feedback/interactions/labelled-texts.ts';
import { redactor } from '../../src/core/feedback/redaction/redact.ts';
import { DEFAULT_REDACTION } from '../../src/core/config/redaction-rules.ts';
import { judgedCriteria } from '../../src/core/judge/labels/judged-criteria.ts';
import { isLabelPath, labelFileName, labelsFolder, oldLabelsFile } from '../../src/core/judge/labels/label-place.ts';
import { drawFileText, type DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { labelRecordLine, type LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { labelKey, shownGrades } from '../../src/core/judge/labels/label-union.ts';
import { newLabel, type Gradable, type GivenGrade } from '../../src/core/judge/labels/new-label.ts';
import { undescribed } from '../system/described-json.ts';

const OF: Gradable = {
  target: { interaction: null, run: 'r', case: 'c', repeat: 0, hash: 'h' },
  item: { input: 'May I?', output: 'Yes.', context: null },
  criterion: null,
  judge: null,
  draw: null,
};
const GIVEN: GivenGrade = { grade: 'fail', cause: null, failureMode: null, critique: null, correction: null, blind: true };
const label = (more: Partial<LabelRecord>): LabelRecord => ({
  ...newLabel(OF, GIVEN, { id: 'l', by: 'Ana', at: '2026-11-02T00:00:00Z', texts: 'runs' }),
  ...more,
});

describe('label files', () => {
  it('are beside the prompt, in a folder that is named as its golden set', () => {
    const folders: readonly (readonly [string | null, string])[] = [
      ['/w/d/triage.formal.prompt', '/w/d/labels/triage.formal'],
      ['triage.prompt.yml', 'labels/triage'],
      ['prompts/mail.txt.j2', 'prompts/labels/mail.txt'],
      ['src/agent.py#build', 'src/labels/agent.build'],
      [null, 'labels/production'],
    ];
    for (const [prompt, folder] of folders) assert.equal(labelsFolder(prompt), folder);
    assert.equal(oldLabelsFile('d/a.formal.prompt.yml'), 'd/a.formal.labels.jsonl');
  });

  it('have the name of the person and the draw, safe on every system', () => {
    const names: readonly (readonly [string, string | null, string])[] = [
      ['ana', null, 'ana.jsonl'],
      ['ana', '2026-W48', 'ana-2026-w48.jsonl'],
      ['../../x', '../y/z', 'x-y-z.jsonl'],
      ['CON', 'nul', 'con-1-nul-1.jsonl'],
      ['李', '…', 'person-draw.jsonl'],
    ];
    for (const [by, draw, name] of names) assert.equal(labelFileName(by, draw), name);
  });

  it('are found by their path', () => {
    const paths = [
      'a.labels.jsonl',
      'x/labels/a/ana-w.jsonl',
      'labels/a/b.jsonl',
      'labels/a.jsonl',
      'labels/a/b.json',
      'xlabels/a/b.jsonl',
    ];
    assert.deepEqual(paths.map(isLabelPath), [true, true, true, false, false, false]);
  });
});

describe('texts in label files', () => {
  const config = (text: string) => readGoldsetYaml('goldset.yaml', text).config.labelTexts;

  it('are kept as goldset.yaml says; what it says wrongly keeps none', () => {
    assert.deepEqual(
      [
        '',
        'labels: {}',
        'labels: { texts: all }',
        'labels: { texts: none }',
        'labels: { texts: some }',
        'labels: { text: all }',
        'labels: 3',
        '{',
      ].map(config),
      ['runs', 'runs', 'all', 'none', 'none', 'none', 'none', 'none'],
    );
    const production = { ...OF, target: { ...OF.target, interaction: 'i', run: null } };
    const keeps = (of: Gradable, texts: 'runs' | 'all' | 'none'): boolean =>
      newLabel(of, GIVEN, { id: 'l', by: 'a', at: '', texts }).item !== null;
    assert.deepEqual([keeps(OF, 'runs'), keeps(OF, 'all'), keeps(OF, 'none')], [true, true, false]);
    assert.deepEqual([keeps(production, 'runs'), keeps(production, 'all'), keeps(production, 'none')], [false, true, false]);
  });

  it('of a run are redacted as captured, by its fields too', () => {
    const redact = redactor({ ...DEFAULT_REDACTION, fields: ['variables.card'] });
    const item = itemOfResult(
      {
        vars: { question: 'I am ana@example.com.', card: 'gold' },
        output: 'Hello ana@example.com.',
        context: ['Write to ben@example.com.'],
      },
      redact,
    );
    assert.deepEqual(item, {
      input: 'question: I am [email].\ncard: [redacted]',
      output: 'Hello [email].',
      context: 'Write to [email 2].',
    });
    assert.equal(itemOfResult({ vars: {}, output: null }, redact), null);
  });

  it('of a call are the last words of its user, its passages and its answer', () => {
    const messages = [
      { role: 'user', content: 'First?' },
      { role: 'assistant', content: 'No.' },
      { role: 'user', content: 'And now?' },
    ];
    const chunks = [{ id: '1', text: 'A passage.', score: null }];
    assert.deepEqual(itemOfInteraction({ messages, chunks, variables: {}, output: 'Yes.' }), {
      input: 'And now?',
      output: 'Yes.',
      context: 'A passage.',
    });
    assert.equal(itemOfInteraction({ messages: [], chunks: [], variables: { q: 'Q?' }, output: 'Yes.' })?.input, 'Q?');
  });
});

describe('schemas of label and draw files', () => {
  it('describe all that is written', () => {
    const judge = { path: 'judges/strict.prompt', version: '3a91', model: 'm', verdict: 'pass', score: 0.9 } as const;
    const full = label({
      judge,
      criterion: { type: 'llm-rubric', hash: 'c' },
      draw: { id: '2026-W48', stratum: 'pass', probability: 0.5 },
    });
    const draw: DrawFile = {
      ...{ id: '2026-W48', seed: 1, at: '2026-11-23T08:00:00Z' },
      frame: {
        query: 'production',
        n: 2,
        judge: { path: 'judges/strict.prompt', version: '3a91', model: 'm' },
        criterion: { type: 'llm-rubric', hash: 'c', text: 'Is it polite?' },
        prompt: 'answer.prompt',
      },
      strata: [{ id: 'pass', verdict: 'pass', n: 2, drawn: 1 }],
      items: [{ target: OF.target, item: OF.item, assignees: ['ana'], sealed: 'ab' }],
    };
    for (const one of [full, label({ item: null })])
      assert.deepEqual(undescribed('label', JSON.parse(labelRecordLine({ ...one, at: '2026-11-02T00:00:00Z' }))), []);
    assert.deepEqual(undescribed('draw', JSON.parse(drawFileText(draw))), []);
  });
});

describe('labels of one output', () => {
  const [a, b] = [
    { type: 'llm-rubric', hash: '1' },
    { type: 'llm-rubric', hash: '2' },
  ];
  const shown = (...labels: readonly Partial<LabelRecord>[]): string | undefined =>
    shownGrades(labels.map((one, i) => label({ at: `2026-11-02T00:00:0${i}Z`, ...one }))).get(labelKey('c', 'h'))?.grade;

  it('are shown as the newest of each criterion, and as a fail where one fails', () => {
    assert.equal(shown({ grade: 'fail' }, { grade: 'pass' }), 'pass');
    assert.equal(shown({ grade: 'pass', at: '2026-11-03T00:00:00Z' }, { grade: 'fail' }), 'pass');
    assert.equal(shown({ grade: 'fail', criterion: a }, { grade: 'pass', criterion: b }), 'fail');
    assert.equal(shown({ grade: 'unknown', criterion: a }, { grade: 'pass', criterion: b }), 'unknown');
    assert.equal(shown({ grade: 'fail', criterion: a }, { grade: 'pass', criterion: b }, { grade: 'pass', criterion: a }), 'pass');
    assert.equal(shown({ grade: 'fail' }, { grade: 'pass', criterion: a }), 'pass');
    assert.equal(shown({ grade: 'fail', criterion: a }, { grade: 'pass' }), 'pass');
  });
});

describe('criteria that judges graded by', () => {
  const note = { prompt: 'llm-rubric', version: '3a91', model: 'm', costUsd: null, paidUsd: null, quotes: [], calibrated: false };
  const graded = { type: 'llm-rubric', weight: 1, pass: true, score: 0.9, reason: '' };
  const [one, two] = [
    { type: 'llm-rubric', hash: '1' },
    { type: 'llm-rubric', hash: '2' },
  ];

  it('are those of all assertions, each once, with what the judge itself said', () => {
    const found = judgedCriteria([
      { ...graded, judge: { ...note, criterion: one } },
      { ...graded, type: 'not-llm-rubric', pass: false, score: 0.25, judge: { ...note, criterion: two } },
      { ...graded, type: 'assert-set', members: [{ ...graded, judge: { ...note, criterion: one } }] },
      { ...graded, type: 'contains' },
      { ...graded, judge: note },
    ]);
    assert.deepEqual(
      found.map(({ criterion, judge }) => [criterion.hash, judge.path, judge.verdict, judge.score]),
      [
        ['1', 'llm-rubric', 'pass', 0.9],
        ['2', 'llm-rubric', 'pass', 0.75],
      ],
    );
  });

  it('have no verdict where the judge gave none', () => {
    const [found] = judgedCriteria([{ ...graded, pass: false, score: 0, error: true, judge: { ...note, criterion: one } }]);
    assert.deepEqual([found?.judge.verdict, found?.judge.score], [null, null]);
  });
});
