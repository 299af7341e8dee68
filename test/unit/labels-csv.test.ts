/** The outputs of a draw in a spreadsheet, and the labels of people back from it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { labelsFromCsv, labelsToCsv } from '../../src/core/report/labels-csv.ts';
import type { DrawFile, DrawItem } from '../../src/core/judge/labels/draw-file.ts';
import { seal } from '../../src/core/judge/labels/sealed.ts';

const item = (i: number, output: string, assignees: readonly string[] = []): DrawItem => ({
  target: { interaction: null, run: 'run-1', case: `case-${i}`, repeat: 0, hash: `${i}abcdef0123` },
  item: { input: 'May I return it?', output, context: null },
  assignees,
  sealed: seal({ stratum: 'fail', probability: 0.25, verdict: 'fail', score: null }, i),
});
const DRAW: DrawFile = {
  ...{ id: '2026-W48', seed: 1, at: '2026-11-23T08:00:00Z' },
  frame: {
    ...{ query: 'run-1', n: 8, prompt: 'a.prompt' },
    judge: { path: 'judges/strict.prompt', version: '3a91', model: 'scripted:secret-model' },
    criterion: { type: 'llm-rubric', hash: 'cd34', text: 'It answers the question.' },
  },
  strata: [{ id: 'fail', verdict: 'fail', n: 8, drawn: 3 }],
  items: [item(1, 'Yes,\nof "course".'), item(2, '=HYPERLINK("http://x")', ['ben']), item(3, 'No.')],
};
const HEADER = 'id,input,output,context,criterion,grade,cause,failureMode,critique';

describe('labels as CSV', () => {
  it('have what is graded, and neither what the judge said nor a candidate', () => {
    const text = labelsToCsv(DRAW);
    const rows = parse<Record<string, string>>(text, { bom: true, columns: true });
    assert.deepEqual(Object.keys(rows[0] ?? {}), HEADER.split(','));
    assert.deepEqual(
      rows.map((row) => [row['id'], row['output'], row['criterion'], row['grade']]),
      [
        ['1-1abcdef0', 'Yes,\nof "course".', 'It answers the question.', ''],
        ['2-2abcdef0', '\'=HYPERLINK("http://x")', 'It answers the question.', ''],
        ['3-3abcdef0', 'No.', 'It answers the question.', ''],
      ],
    );
    assert.doesNotMatch(text, /fail,|pass|strict|secret-model|3a91|0\.25|run-1/);
    assert.doesNotMatch(
      labelsToCsv(DRAW, () => null, 'ana'),
      /HYPERLINK/,
    );
    assert.match(
      labelsToCsv(DRAW, () => ({ input: 'Q', output: 'A', context: 'C' }), 'ben'),
      /2-2abcdef0,Q,A,C,/,
    );
  });

  for (const [what, separator, end] of [
    ['commas', ',', '\n'],
    ['semicolons, as a European Excel saves it', ';', '\r\n'],
    ['tabs', '\t', '\n'],
  ] as const)
    it(`are read with ${what}, in whatever order`, () => {
      const rows = [
        ['grade', 'ID', 'failuremode', 'cause', 'critique'],
        ['FAIL', '3-3abcdef0', 'too short', 'content', 'It says nothing.'],
        ['', '2-2abcdef0', '', '', ''],
        [' pass ', '1-1abcdef0', '', '', ''],
      ];
      const read = labelsFromCsv(`\uFEFF${rows.map((row) => row.join(separator)).join(end)}${end}`, DRAW);
      assert.deepEqual(read.problems, []);
      assert.equal(read.open, 1);
      assert.deepEqual(
        read.answers.map(({ item: { target }, answer }) => [target.case, answer]),
        [
          ['case-3', { grade: 'fail', cause: 'content', failureMode: 'too short', critique: 'It says nothing.' }],
          ['case-1', { grade: 'pass', cause: null, failureMode: null, critique: null }],
        ],
      );
    });

  it('name each row that is none with its line, and keep the others', () => {
    const text = [
      HEADER,
      '1-1abcdef0,,"two\nlines",,,pass,,,',
      '1-1abcdef0,,,,,fail,,,',
      '9-zzz,,,,,fail,,,',
      '2-2abcdef0,,,,,good,,,',
      '3-3abcdef0,,,,,fail,boredom,,',
    ].join('\n');
    const { answers, problems } = labelsFromCsv(text, DRAW);
    assert.deepEqual(
      answers.map(({ answer }) => answer.grade),
      ['pass'],
    );
    assert.deepEqual(problems, [
      { line: 4, reason: 'The output 1-1abcdef0 is there twice; the first row counts.' },
      { line: 5, reason: 'The draw 2026-W48 has no output "9-zzz".' },
      { line: 6, reason: 'The grade must be pass, fail, unknown, not "good".' },
      { line: 7, reason: 'The cause must be retrieval, tool, format, refusal, content, other, none or empty, not "boredom".' },
    ]);
    assert.match(labelsFromCsv('a,b\n1,2\n', DRAW).problems[0]?.reason ?? '', /column id and grade is missing/);
  });

  it('with a torn quote lose that row only, or say which line', () => {
    const { answers, problems } = labelsFromCsv(
      `${HEADER}\n1-1abcdef0,,,,,pass,,,\n2-2abcdef0,,x"y,,,pass,,,\n3-3abcdef0,,,,,fail,,,\n`,
      DRAW,
    );
    assert.deepEqual(
      answers.map(({ item: { target } }) => target.case),
      ['case-1', 'case-3'],
    );
    assert.deepEqual(
      problems.map(({ line }) => line),
      [3],
    );
    const cut = labelsFromCsv(`${HEADER}\n1-1abcdef0,,,,,pass,,,\n2-2abcdef0,,"x,,,pass,,,\n`, DRAW);
    assert.equal(cut.answers.length, 1);
    assert.ok(cut.problems.length === 1 && (cut.problems[0]?.line ?? 0) >= 3, JSON.stringify(cut.problems));
  });

  it('are answers, problems or open rows, whatever was changed in them', () => {
    const text = `${HEADER}\n1-1abcdef0,,a,,,pass,,,\n2-2abcdef0,,b,,,fail,,,\n3-3abcdef0,,c,,,,,,\n`;
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(6), fc.string({ maxLength: 5 }), (at, cut, put) => {
        const { answers, problems, open } = labelsFromCsv(text.slice(0, at) + put + text.slice(at + cut), DRAW);
        assert.ok(answers.length + problems.length + open > 0);
        assert.ok(problems.every(({ line, reason }) => line >= 1 && reason !== ''));
      }),
      { numRuns: Number(process.env['GOLDSET_ROUND_TRIPS'] ?? '300') },
    );
  });
});
