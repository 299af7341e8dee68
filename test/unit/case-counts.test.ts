/** One denominator: the same count of cases in the same words on every surface. */
import assert from 'node:assert/strict';
import { asideTexts, errorsText, passedText, scoreText, sumCounts, type CaseCounts } from '../../src/core/results/case-counts.ts';
import { terminalReport } from '../../src/cli/reporters/terminal.ts';
import { htmlReport } from '../../src/core/report/html.ts';
import { markdownReport } from '../../src/core/report/markdown.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import { errorAction, needsKey } from '../../src/core/problems/error-actions.ts';
import { showColumn } from '../../src/engine/results-view/show-column.ts';
import type { RunReport } from '../../src/core/run/report.ts';
import type { ModelCost } from '../../src/core/economics/cost-report.ts';
import { prefixNote } from '../../src/extension/economics/cost-text.ts';
import { scoreOf } from '../../src/core/versions/score.ts';
import { modelOf, planOf, World } from './run-world.ts';

const NONE: CaseCounts = { passed: 0, failed: 0, errors: 0 };

describe('counts of cases', () => {
  const texts: readonly (readonly [string, CaseCounts, string])[] = [
    [
      'a case that is known to fail is not counted',
      { ...NONE, passed: 64, failed: 1, knownFailing: 1, active: { passed: 64, failed: 0, errors: 0, unjudged: 0 } },
      '64 of 64 · 1 known failing',
    ],
    [
      'a run of only known-failing cases says no number that looks like a pass',
      { ...NONE, passed: 2, knownFailing: 2, active: { passed: 0, failed: 0, errors: 0, unjudged: 0 } },
      '2 known failing',
    ],
    ['unjudged cases stand beside', { ...NONE, passed: 1, failed: 1, unjudged: 3 }, '1 of 2 · 3 unjudged'],
    ['only unjudged cases', { ...NONE, unjudged: 2 }, '2 unjudged'],
    [
      'errors are not failures',
      { ...NONE, errors: 3, errorCauses: [{ code: 'provider/authentication', cases: 3 }] },
      '3 errors: the key was refused',
    ],
    [
      'errors of several causes name the most frequent',
      {
        ...NONE,
        passed: 1500,
        errors: 3,
        errorCauses: [
          { code: 'provider/server', cases: 2 },
          { code: 'provider/timeout', cases: 1 },
        ],
      },
      '1,500 of 1,500 · 3 errors, 2 of them: the server failed',
    ],
    ['an unknown cause is not guessed', { ...NONE, errors: 1, errorCauses: [{ code: 'new/kind', cases: 1 }] }, '1 error'],
    [
      'retrieval stands apart from the prompt',
      { ...NONE, passed: 3, failed: 1, active: { passed: 2, failed: 0, errors: 0, unjudged: 0 }, retrieval: { cases: 2, passed: 1 } },
      '2 of 2 · retrieval 1 of 2',
    ],
    ['nothing at all', NONE, 'no case was judged'],
  ];
  for (const [name, counts, expected] of texts) it(name, () => assert.equal(scoreText(counts), expected));

  it('says a count of an older report, which has no active cases apart', () => {
    assert.equal(passedText({ passed: 57, failed: 8, errors: 0 }), '57 of 65');
    assert.deepEqual(asideTexts({ passed: 57, failed: 8, errors: 0 }), []);
    assert.equal(errorsText({ passed: 57, failed: 8, errors: 0 }), null);
  });

  it('adds candidates up, causes by code', () => {
    const one = { ...NONE, errors: 1, errorCauses: [{ code: 'a', cases: 1 }] };
    const two = { ...NONE, passed: 2, errors: 2, errorCauses: [{ code: 'b', cases: 2 }] };
    const sum = sumCounts([one, two, one]);
    assert.deepEqual(
      [sum.passed, sum.errors, sum.errorCauses],
      [
        2,
        4,
        [
          { code: 'a', cases: 2 },
          { code: 'b', cases: 2 },
        ],
      ],
    );
  });
});

describe('one denominator on every surface', () => {
  const GOLDEN =
    '- { id: good, vars: { x: a }, expected: ok }\n- { id: bad, vars: { x: b }, expected: no }\n' +
    '- { id: known, vars: { x: c }, expected: no, status: known-failing }\n- { id: none, vars: { x: d } }\n' +
    '- { id: new, vars: { x: e }, expected: ok, status: unverified }\n';
  const EXPECTED = '1 of 2 · 1 unjudged · 1 known failing · 1 unverified';

  const plain = (text: ReturnType<typeof terminalReport>): string => (typeof text === 'string' ? text : text.text);
  const surfaces = (report: RunReport): Record<string, string> => {
    const [candidate] = report.candidates;
    assert.ok(candidate);
    const shown = (text: Iterable<string>): string => [...text].join('');
    return {
      'the page': scoreText(showColumn(candidate, candidate.cases, null, undefined).counts),
      'a stored score': scoreText(scoreOf(candidate, 5, { at: '2026-11-30', run: 'r', by: 'local' })),
      Markdown: shown(markdownReport(report)),
      HTML: shown(htmlReport(report, { script: { text: '', hash: '' }, filtered: null })),
      'the terminal': plain(terminalReport(report, { journal: 'j', written: [], width: 80, colour: false })),
    };
  };

  it('page, score, terminal, Markdown and HTML say the same', async () => {
    const report = await new World().run(planOf(GOLDEN, [modelOf(() => Promise.resolve({ output: 'ok' }))]));
    assert.equal(report.candidates[0]?.passRate, 0.5);
    for (const [name, text] of Object.entries(surfaces(report))) assert.ok(text.includes(EXPECTED), `${name}: ${text}`);
  });

  it('an error of the provider says its cause everywhere, and its button', async () => {
    const refused = modelOf(() => Promise.reject(new ProviderError('authentication', 'Incorrect API key provided.', 401)));
    const report = await new World().run(
      planOf('- { id: a, vars: { x: a }, expected: ok }\n- { id: b, vars: { x: b }, expected: ok }\n', [refused]),
    );
    for (const [name, text] of Object.entries(surfaces(report)))
      assert.ok(text.includes('2 errors: the key was refused'), `${name}: ${text}`);
    const [candidate] = report.candidates;
    assert.ok(candidate);
    assert.deepEqual(showColumn(candidate, 2, null, undefined).fix, { title: 'Manage API Keys', code: 'provider/authentication' });
  });
});

describe('a run of cases that are known to fail', () => {
  it('is not a pass, and says so where a pass would be said', async () => {
    const golden = '- { id: a, vars: { x: a }, expected: ok, status: known-failing }\n';
    const report = await new World().run(planOf(golden, [modelOf(() => Promise.resolve({ output: 'ok' }))]));
    assert.equal(report.verdict, 'inconclusive');
    assert.match([...markdownReport(report)].join(''), /No active case was judged, so this is not a pass/);
    const text = terminalReport(report, { journal: 'j', written: [], width: 80, colour: false });
    assert.match(typeof text === 'string' ? text : text.text, /no case judged · 1 known failing[\s\S]*Next: add an active case/);
  });

  it('beside an active case is not what is to be run next', async () => {
    const golden = '- { id: good, vars: { x: a }, expected: ok }\n- { id: known, vars: { x: b }, expected: no, status: known-failing }\n';
    const report = await new World().run(planOf(golden, [modelOf(() => Promise.resolve({ output: 'ok' }))]));
    assert.equal(report.verdict, 'pass');
    const text = terminalReport(report, { journal: 'j', written: [], width: 80, colour: false });
    assert.match(typeof text === 'string' ? text : text.text, /Next: commit the prompt/);
  });
});

describe('the note at the end of the prefix', () => {
  const notes: readonly (readonly [number, number | null, boolean, string])[] = [
    [24, 1024, false, 'cacheable up to here: 24 tokens (needs 1,024)'],
    [1, 1024, false, 'cacheable up to here: 1 token (needs 1,024)'],
    [2048, 1024, true, 'cacheable up to here: 2,048 tokens'],
    [2048, 1024, false, 'cacheable up to here: 2,048 tokens (not cached)'],
    [24, null, false, 'cacheable up to here: 24 tokens (not cached)'],
  ];
  for (const [stableTokens, minimum, cacheable, expected] of notes)
    it(expected, () => assert.equal(prefixNote({ stableTokens, minimum, cacheable } as ModelCost['prefix']), expected));
});

describe('the button of an error', () => {
  const actions: readonly (readonly [string, string | null])[] = [
    ['key/missing', 'Manage API Keys'],
    ['provider/authentication', 'Manage API Keys'],
    ['model/none', 'Choose Model…'],
    ['provider/not-found', 'Choose Model…'],
    ['run/nothing', 'Add Golden Case'],
    ['trust/needed', 'Manage Workspace Trust'],
    ['data/mark', 'Use This Folder…'],
    ['template/syntax', 'Show Problems'],
    ['golden/not-a-list', 'Show Problems'],
    ['config/invalid', 'Open goldset.yaml'],
    ['ENOSPC', 'Show Stored Data'],
    ['interaction/gone', null],
    ['constructor', null],
  ];
  for (const [code, title] of actions)
    it(`of ${code} is ${title ?? 'left out'}`, () => assert.equal(errorAction(code)?.title ?? null, title));

  it('continues with a key after errors of keys alone', () => {
    assert.deepEqual(
      ['key/missing', 'provider/authentication', 'provider/server', 'model/none'].map((code) => needsKey(code)),
      [true, true, false, false],
    );
  });
});
