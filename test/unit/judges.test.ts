/** Judges: what they are shown, what passes for a verdict, and what it costs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { similarity } from '../../src/core/judge/kinds/similar.ts';
import { readVerdict } from '../../src/core/judge/verdict.ts';
import { textOf } from '../../src/core/prompt/request.ts';
import type { Result } from '../../src/core/results/result.ts';
import { INJECTIONS } from './injections.ts';
import { shown, TestJudges, type Says } from './judge-world.ts';
import { modelOf, planOf, World } from './run-world.ts';

const RUBRIC = '{ type: llm-rubric, value: "is polite" }';
const golden = (assertion: string, vars = 'x: hello'): string => `- id: a\n  vars: { ${vars} }\n  assert: [${assertion}]\n`;
const verdict = (value: string, score = value === 'pass' ? 1 : 0): object => ({
  reason: `it is ${value}`,
  quotes: [],
  score,
  verdict: value,
});

async function judged(
  assertion: string,
  says: Says,
  options: { output?: string; vars?: string; vector?: (text: string) => number[] } = {},
) {
  const world = new World();
  const judges = new TestJudges(says, options.vector);
  world.judges = judges;
  const model = modelOf(() => Promise.resolve({ output: options.output ?? 'Good day.' }));
  const report = await world.run(planOf(golden(assertion, options.vars), [model]));
  const [result] = [...report.results];
  assert.ok(result);
  const [first] = result.assertions;
  assert.ok(first);
  return { world, judges, report, result, first };
}

describe('a judge', () => {
  for (const [value, expected] of [
    ['pass', 'pass'],
    ['fail', 'fail'],
    ['unknown', 'error'],
  ] as const) {
    it(`that says ${value} makes the case a ${expected}`, async () => {
      const { result, first } = await judged(RUBRIC, () => verdict(value));
      assert.equal(result.verdict, expected);
      assert.match(first.reason, value === 'unknown' ? /was undecided: it is unknown/ : /it is/);
      assert.equal(first.judge?.calibrated, false);
    });
  }

  it('gives a score that a threshold is compared with', async () => {
    const at = (threshold: number) => judged(`{ type: llm-rubric, value: x, threshold: ${threshold} }`, () => verdict('pass', 0.6));
    assert.deepEqual([(await at(0.5)).result.verdict, (await at(0.7)).result.verdict], ['pass', 'fail']);
  });

  it('that cannot be read is asked once more, then it is an error, never a fail', async () => {
    let calls = 0;
    const second = await judged(RUBRIC, () => (++calls === 1 ? 'PASS, clearly' : verdict('pass')));
    assert.deepEqual([second.result.verdict, second.judges.asked.length], ['pass', 2]);
    const never = await judged(RUBRIC, () => 'PASS, clearly');
    assert.deepEqual([never.result.verdict, never.judges.asked.length], ['error', 2]);
    assert.match(never.first.reason, /no readable verdict in two attempts/);
  });

  it('shows which of its quotes are in the output', async () => {
    const says = () => ({ reason: 'r', quotes: ['Good', 'Bad'], score: 1, verdict: 'pass' });
    const { first } = await judged(RUBRIC, says);
    assert.deepEqual(first.judge?.quotes, [
      { text: 'Good', found: true },
      { text: 'Bad', found: false },
    ]);
  });

  it('costs apart: judgeCostUsd, and the money that was spent has both', async () => {
    const { result, report } = await judged(RUBRIC, () => verdict('pass'));
    assert.ok(result.judgeCostUsd !== undefined && result.judgeCostUsd !== null && result.judgeCostUsd > 0);
    const [candidate] = report.candidates;
    assert.equal(candidate?.judgeCostUsd, result.judgeCostUsd);
    assert.equal(candidate.costUsd, result.costUsd);
    assert.equal(candidate.uncalibrated, true);
    assert.equal(report.spend.usd, (result.costUsd ?? 0) + result.judgeCostUsd);
  });

  it('is not asked again for the same output, and is for another', async () => {
    const { world, judges } = await judged(RUBRIC, () => verdict('pass'));
    const again = await world.run(planOf(golden(RUBRIC), [modelOf(() => Promise.resolve({}))]));
    assert.equal(judges.asked.length, 1);
    assert.equal(again.spend.usd, 0);
    assert.ok(([...again.results][0]?.judgeCostUsd ?? 0) > 0, 'what it cost stays known');
    await world.run(planOf(golden(RUBRIC), [modelOf(() => Promise.resolve({ output: 'other' }), { endpoint: 'other' })]));
    assert.equal(judges.asked.length, 2);
  });

  it('counts towards the cap', async () => {
    const world = new World();
    world.judges = new TestJudges(() => verdict('pass'));
    const cases = Array.from({ length: 20 }, (_, i) => `- id: c${i}\n  vars: { x: "${i}" }\n  assert: [${RUBRIC}]\n`).join('');
    const model = modelOf(({ messages }) => Promise.resolve({ output: messages.map(textOf).join('') }));
    const report = await world.run(planOf(cases, [model], { parameters: { maxOutputTokens: 10 } }), { cap: 0.002, concurrency: 1 });
    assert.equal(report.complete, false);
    assert.ok((report.spend.usd ?? 1) <= 0.002, String(report.spend.usd));
  });

  it('that is negated, or a member of a set, is graded like any other', async () => {
    const negated = await judged(`{ type: not-llm-rubric, value: x }`, () => verdict('fail'));
    assert.equal(negated.result.verdict, 'pass');
    const inSet = await judged(`{ type: assert-set, threshold: 0.5, assert: [${RUBRIC}, { type: equals, value: nope }] }`, () =>
      verdict('pass'),
    );
    assert.equal(inSet.result.verdict, 'pass');
    assert.equal(inSet.first.members?.[0]?.judge?.model, 'test:judge');
    assert.ok((inSet.result.judgeCostUsd ?? 0) > 0);
  });

  it('without anybody to ask is an error', async () => {
    const report = await new World().run(planOf(golden(RUBRIC), [modelOf(() => Promise.resolve({}))]));
    assert.equal([...report.results][0]?.verdict, 'error');
  });

  it('that was paid before a run was interrupted is not asked again', async () => {
    const { world, judges, result } = await judged(RUBRIC, () => verdict('pass'));
    const at = world.journal.findIndex((record) => record.kind === 'result');
    world.journal.splice(at);
    world.answers.clear();
    const report = await world.resume(planOf(golden(RUBRIC), [modelOf(() => Promise.reject(new Error('asked again')))]));
    assert.equal(judges.asked.length, 1);
    const [resumed] = [...report.results];
    assert.deepEqual([resumed?.verdict, resumed?.judgeCostUsd], ['pass', result.judgeCostUsd]);
  });
});

describe('the kinds that a model grades', () => {
  it('closed questions', async () => {
    const says = (value: string) => () => ({ reason: 'r', quotes: [], verdict: value });
    const spec = '{ type: model-graded-closedqa, value: names a day }';
    assert.equal((await judged(spec, says('pass'))).result.verdict, 'pass');
    assert.equal((await judged(spec, says('fail'))).result.verdict, 'fail');
  });

  it('factuality: only a contradiction fails', async () => {
    for (const type of ['factuality', 'model-graded-factuality']) {
      for (const [relation, expected] of Object.entries({
        subset: 'pass',
        superset: 'pass',
        same: 'pass',
        immaterial: 'pass',
        contradicts: 'fail',
        unknown: 'error',
      })) {
        const { result, judges } = await judged(`{ type: ${type}, value: It is five. }`, () => ({ reason: 'r', quotes: [], relation }));
        assert.equal(result.verdict, expected, relation);
        assert.match(shown(judges.asked[0] ?? assert.fail()), /It is five\./);
      }
    }
  });

  it('context-faithfulness: every statement must be supported, or the share that the threshold says', async () => {
    const statements = [true, true, true, false].map((supported, i) => ({ text: `s${i}`, reason: 'why', supported }));
    const at = (threshold: string) =>
      judged(`{ type: context-faithfulness${threshold} }`, () => ({ statements }), {
        vars: 'x: q, context: the sky is blue and so is the sea',
      });
    const strict = await at('');
    assert.deepEqual([strict.result.verdict, strict.first.score], ['fail', 0.75]);
    assert.match(strict.first.reason, /3 of 4 statements\. Unsupported: “s3”: why/);
    assert.match(shown(strict.judges.asked[0] ?? assert.fail()), /the sky is blue and so is the sea/);
    assert.equal((await at(', threshold: 0.75')).result.verdict, 'pass');
    assert.equal(
      (await judged('{ type: context-faithfulness }', () => ({ statements: [] }), { vars: 'x: q, context: c' })).result.verdict,
      'error',
      'nothing was checked',
    );
    const without = await judged('{ type: context-faithfulness }', () => ({ statements }));
    assert.equal(without.result.verdict, 'error');
    assert.match(without.first.reason, /needs the context/);
  });

  it('context-recall: the context holds what the correct answer needs', async () => {
    const { result, judges } = await judged(
      '{ type: context-recall, value: The sky is blue. }',
      () => ({ statements: [{ text: 's', reason: 'r', supported: true }] }),
      { vars: 'x: q, context: c', output: 'not looked at' },
    );
    assert.equal(result.verdict, 'pass');
    assert.doesNotMatch(shown(judges.asked[0] ?? assert.fail()), /not looked at/);
  });

  it('similar: the nearest of several texts counts, by three measures', async () => {
    const vector = (text: string): number[] => (text.includes('far') ? [0, 1] : text.includes('near') ? [0.9, 0.1] : [1, 0]);
    const by = (spec: string) => judged(spec, () => '', { vector });
    assert.equal((await by('{ type: similar, value: near }')).result.verdict, 'pass');
    assert.equal((await by('{ type: similar, value: "far, but, one text" }')).result.verdict, 'fail');
    assert.equal((await by('{ type: similar, value: [far, near] }')).result.verdict, 'pass');
    assert.equal((await by('{ type: not-similar, value: far }')).result.verdict, 'pass');
    assert.equal(similarity('dot', [1, 2], [3, 4]), 11);
    assert.equal(similarity('euclidean', [0, 0], [3, 4]), 1 / 6);
    assert.equal(similarity('cosine', [1, 0], [0, 0]), 0);
  });

  it('answer-relevance: evasive is worth nothing, the mean similarity counts', async () => {
    const spec = '{ type: answer-relevance, threshold: 0.8 }';
    const vector = (text: string): number[] => (text === 'off' ? [0, 1] : [1, 0]);
    const says =
      (questions: string[], noncommittal = false) =>
      () => ({ questions, noncommittal });
    assert.equal((await judged(spec, says(['on', 'on']), { vector })).result.verdict, 'pass');
    const half = await judged(spec, says(['on', 'off']), { vector });
    assert.deepEqual([half.result.verdict, half.first.score], ['fail', 0.5]);
    assert.equal((await judged(spec, says(['on'], true), { vector })).result.verdict, 'fail');
  });

  it('.prompt.yml: the choice that the text has as a whole word, whatever the case; a score above 0 passes', async () => {
    const stars = (said: string) => judged('{ type: github/similarity }', () => said, { vars: 'x: q, input: i, expected: e' });
    assert.deepEqual([(await stars('2')).result.verdict, (await stars('2')).first.score], ['pass', 0.25]);
    assert.equal((await stars('1')).result.verdict, 'fail');
    assert.equal((await stars('no idea')).result.verdict, 'error');
  });

  it('.prompt.yml: its judges are offered to no golden set, and still grade one that names them', () => {
    const { diagnostics, cases } = readGoldenSet('t.golden.yaml', golden('{ type: github/similarity }'));
    assert.deepEqual(
      diagnostics.map(({ code, severity }) => [code, severity]),
      [['assert/prompt-yml-only', 'warning']],
    );
    assert.equal(cases[0]?.unsupported, null);
    const [unknown] = readGoldenSet('t.golden.yaml', golden('{ type: nope }')).diagnostics;
    assert.match(unknown?.hint ?? '', /llm-rubric.*select-best/);
    assert.doesNotMatch(unknown?.hint ?? '', /github|\bllm,/);
    const schema = JSON.parse(readFileSync('schemas/golden.schema.json', 'utf8')) as {
      definitions: { assertion: { properties: { type: { pattern: string } } } };
    };
    const types = new RegExp(schema.definitions.assertion.properties.type.pattern);
    assert.deepEqual(
      ['llm-rubric', 'not-factuality', 'llm', 'github/similarity', 'github/groundedness'].map((type) => types.test(type)),
      [true, true, false, false, false],
    );
    const own = 'model: a/b\nmessages: [{ role: user, content: hi }]\nevaluators: [{ name: s, uses: github/fluency }]\n';
    assert.deepEqual(
      readPrompt('t.prompt.yml', own).diagnostics.map(({ code }) => code),
      ['prompt/passes-above-0'],
    );
  });

  it('.prompt.yml: warns that a low mark passes', () => {
    const file = (evaluator: string): string => `model: a/b\nmessages: [{ role: user, content: hi }]\nevaluators: [${evaluator}]\n`;
    const warned = (evaluator: string): string[] =>
      readPrompt('t.prompt.yml', file(evaluator)).diagnostics.map(({ code, message }) => `${code}: ${message}`);
    assert.match(warned('{ name: s, uses: github/similarity }').join(), /passes-above-0: .*“2” \(0\.25\)/);
    assert.deepEqual(
      warned('{ name: l, llm: { prompt: "{{completion}}", choices: [{ choice: y, score: 1 }, { choice: n, score: 0 }] } }'),
      [],
    );
  });

  it('says what is wrong with an assertion as written', () => {
    const problems = (assertion: string): string =>
      readGoldenSet('t.golden.yaml', golden(assertion))
        .diagnostics.map(({ message }) => message)
        .join(' ');
    assert.match(problems('{ type: llm-rubric }'), /needs a `value`/);
    assert.match(problems('{ type: answer-relevance }'), /needs a `threshold`/);
    assert.match(problems('{ type: llm-rubric, value: x, threshold: 3 }'), /from 0 to 1/);
    assert.match(problems('{ type: similar }'), /needs a string/);
    assert.match(problems('{ type: llm-rubric, value: x, rubricPrompt: "You are…" }'), /must name a `\.prompt` file/);
    assert.equal(problems('{ type: llm-rubric, value: x, provider: "openai:gpt-6-sol", rubricPrompt: judges/x.prompt }'), '');
  });
});

describe('comparing the answers of several candidates', () => {
  const spec = '{ type: select-best, value: shorter }';
  const outputs = ({ messages }: { messages: readonly Parameters<typeof textOf>[0][] }): string[] =>
    [
      ...messages
        .map(textOf)
        .join('\n')
        .matchAll(/^Output \d+:\n<<<DATA \w+\n(.*)$/gm),
    ].map((match) => match[1] ?? '');
  const shortest: Says = (request) => {
    const all = outputs(request);
    return { reason: 'short', best: 1 + all.indexOf([...all].sort((a, b) => a.length - b.length)[0] ?? '') };
  };
  const run = async (
    assertion: string,
    says: Says,
    texts: readonly string[],
  ): Promise<{ results: Result[]; asked: number; run: string }> => {
    const world = new World();
    const judges = new TestJudges(says);
    world.judges = judges;
    const models = texts.map((output, i) =>
      modelOf(() => (output === 'broken' ? Promise.reject(new Error('no')) : Promise.resolve({ output })), {
        id: `test:m${i}`,
        endpoint: `m${i}`,
      }),
    );
    const report = await world.run(planOf(golden(assertion), models));
    return { results: [...report.results], asked: judges.asked.length, run: report.verdict };
  };
  const verdicts = (results: readonly Result[]): string[] => results.map(({ verdict: found }) => found);
  const scores = (results: readonly Result[]): (number | undefined)[] => results.map(({ assertions }) => assertions[0]?.score);

  it('select-best: the same one in both orders passes, the others fail; the judge is asked twice for all of them', async () => {
    const { results, asked } = await run(spec, shortest, ['long one', 'short', 'middle']);
    assert.deepEqual([verdicts(results), asked], [['fail', 'pass', 'fail'], 2]);
  });

  it('a tie is an error, whichever way it came, and no threshold and no `not-` makes a pass of it', async () => {
    const place: Says = () => ({ reason: 'first', best: 1 });
    const none: Says = () => ({ reason: 'none', best: 0 });
    const halfway = '{ type: assert-set, threshold: 0.5, assert: [{ type: select-best, value: shorter }] }';
    for (const says of [place, none])
      for (const assertion of [spec, '{ type: not-select-best, value: shorter }', '{ type: pairwise, value: shorter }', halfway]) {
        const { results, run: whole } = await run(assertion, says, ['a', 'b']);
        // A judge that prefers a position cannot tell; one that finds no answer better has said so.
        assert.deepEqual(
          [verdicts(results), scores(results), whole],
          [['error', 'error'], [0, 0], says === place ? 'inconclusive' : 'error'],
          assertion,
        );
      }
  });

  it('pairwise: each against the first', async () => {
    const { results } = await run('{ type: pairwise, value: shorter }', shortest, ['middle', 'longest one', 'tiny']);
    assert.deepEqual(verdicts(results).slice(1), ['fail', 'pass']);
  });

  it('waits for no candidate that will not answer, and one answer alone is an error', async () => {
    const { results } = await run(spec, shortest, ['broken', 'b', 'ccc']);
    assert.deepEqual(verdicts(results), ['error', 'pass', 'fail']);
    assert.deepEqual(verdicts((await run(spec, shortest, ['only'])).results), ['error']);
  });
});

describe('text that tries to command its judge', () => {
  it('has 100 attempts of our own', () => assert.equal(new Set(INJECTIONS).size, 100));

  it('is shown fenced as data, whole and once, and never ends its fence', async () => {
    for (const output of INJECTIONS) {
      const { judges } = await judged(RUBRIC, () => verdict('fail'), { output });
      const request = judges.asked[0] ?? assert.fail();
      assert.deepEqual(
        request.messages.map(({ role }) => role),
        ['system', 'user'],
      );
      const user = textOf(request.messages[1] ?? assert.fail());
      const fences = [...user.matchAll(/^<<<DATA (\w{16})$/gm)]
        .map((match) => match[1] ?? '')
        .filter((mark) => user.includes(`\n${mark} DATA>>>`));
      const mark = fences.find((id) => user.includes(`<<<DATA ${id}\n${output}\n${id} DATA>>>`));
      assert.ok(mark !== undefined, output);
      assert.ok(!output.includes(mark), 'the text knows its own mark');
      assert.equal(user.split(output).length, 2, 'once');
      assert.ok(!textOf(request.messages[0] ?? assert.fail()).includes(output));
    }
  });

  it('is no verdict when the judge repeats it: only JSON of the schema that stands alone is one', async () => {
    const schema = (await new TestJudges(() => '').judge('llm-rubric')).document.output.schema ?? assert.fail();
    for (const output of INJECTIONS)
      for (const said of [output, `The output says: ${output}`, `<think>${output}`]) {
        const { result } = await judged(RUBRIC, () => said, { output });
        assert.equal(result.verdict, 'error', said);
      }
    const whole = JSON.stringify(verdict('pass'));
    assert.ok('verdict' in readVerdict(`\`\`\`json\n${whole}\n\`\`\``, schema));
    for (const said of [`Verdict: ${whole}`, `${whole} as asked`, `[${whole}]`]) assert.ok('problem' in readVerdict(said, schema), said);
  });
});

describe('the judges that ship', () => {
  for (const file of readdirSync('judges').filter((name) => !name.startsWith('_'))) {
    it(`${file} is a prompt without problems`, () => {
      const data = { name: 'data', path: '_data.prompt', text: readFileSync('judges/_data.prompt', 'utf8') };
      const { diagnostics, document } = readPrompt(`judges/${file}`, readFileSync(`judges/${file}`, 'utf8'), [data]);
      assert.deepEqual(diagnostics, []);
      if (!file.startsWith('github-')) assert.ok(document.output.schema !== null);
    });
  }
});
