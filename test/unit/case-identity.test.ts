/** One id is one case: what is shown under an id was asked with that case's variables. */
import assert from 'node:assert/strict';
import { sha256 } from '../../src/adapters/hash.ts';
import { isConfigurationError } from '../../src/core/problems/errors.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { caseProblems } from '../../src/core/prompt/case-problems.ts';
import { distinctColumns } from '../../src/core/prompt/columns.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { planRun } from '../../src/core/run/plan-run.ts';
import { RenderQueue } from '../../src/core/run/render-queue.ts';
import type { Plan } from '../../src/core/run/plan.ts';
import { renderHere } from '../../src/core/evaluation/evaluate-here.ts';
import { modelOf, World } from './run-world.ts';

const PROMPT_YML = `messages:
  - { role: user, content: "{{x}}" }
testData:
  - x: one
evaluators:
  - { name: e, string: { contains: one } }
`;

function planFor(golden: string, options: { path?: string; text?: string; repeats?: number } = {}): Plan {
  const { path = 't.prompt', text = '{{x}} {{y}}', repeats = 1 } = options;
  const { document } = readPrompt(path, text);
  const cases = [...document.embedded.cases, ...readGoldenSet('t.golden.yaml', golden).cases];
  const echo = modelOf((request) =>
    Promise.resolve({
      output: request.messages.flatMap(({ content }) => content.map((part) => ('text' in part ? part.text : ''))).join(''),
    }),
  );
  return planRun({
    // As a run plans it: each column of a prompt is a target of its own.
    targets: distinctColumns({ document, partials: [], listVariables: [], cases, version: 'v', ref: null, golden: 'g' }).map((target) => ({
      target,
      clients: [echo],
    })),
    repeats,
    hash: sha256,
  });
}

const refusal = (plan: () => unknown): string => {
  try {
    plan();
  } catch (error) {
    assert.ok(isConfigurationError(error));
    assert.equal(error.code, 'golden/duplicate-id');
    return error.message;
  }
  return assert.fail('The plan was made.');
};

describe('the identity of a case', () => {
  it('A member of a list and a case with its id are an error that names both places', () => {
    const golden = '- id: a\n  vars: { x: [one, two] }\n  expected: one\n- id: a/2\n  vars: { x: three }\n  expected: three\n';
    assert.match(
      refusal(() => planFor(golden)),
      /`a\/2`: t\.golden\.yaml:1 and t\.golden\.yaml:4/,
    );
    const reading = readPrompt('t.prompt', '{{x}}');
    const said = caseProblems(reading, readGoldenSet('t.golden.yaml', golden).cases).filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      said.map(({ code, path }) => `${code} ${path}`),
      ['golden/duplicate-id t.golden.yaml'],
    );
    assert.match(said[0]?.message ?? '', /t\.golden\.yaml:1 and t\.golden\.yaml:4/);
  });

  it('A test item of a .prompt.yml and a case with the id that is shown for it are an error that names both files', () => {
    const shown = readPrompt('t.prompt.yml', PROMPT_YML).document.embedded.cases[0]?.id ?? '';
    assert.match(shown, /^case-[0-9a-f]{8}$/);
    const golden = `- id: ${shown}\n  vars: { x: two }\n  expected: two\n`;
    assert.match(
      refusal(() => planFor(golden, { path: 't.prompt.yml', text: PROMPT_YML })),
      /t\.prompt\.yml:4 and t\.golden\.yaml:1/,
    );
  });

  it('A second case with an id in one file ends in an error, whatever the model answers', async () => {
    const plan = planFor('- id: a\n  vars: { x: one }\n  expected: one\n- id: a\n  vars: { x: two }\n  expected: two\n');
    const { candidates } = await new World().run(plan);
    assert.deepEqual([candidates[0]?.passed, candidates[0]?.errors], [1, 1]);
  });

  it('A case that is not in the plan is an error, not the first case', async () => {
    const plan = planFor('- id: a\n  vars: { x: one }\n  expected: one\n');
    const renders = new RenderQueue(plan, { render: (job) => Promise.resolve(renderHere(job)), grade: () => assert.fail() });
    const [column] = plan.candidates;
    const [known] = column?.cases ?? [];
    assert.ok(column && known);
    const other = { ...known, goldenCase: { ...known.goldenCase, id: 'b' } };
    await assert.rejects(renders.outcome(column.candidate, other), /The case b in the plan was not found/);
  });

  it('Each result has the variables of its request, for any mix of lists, repeats and ids', async () => {
    let state = 20261129;
    const random = (below: number): number => (state = (state * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 40; round++) {
      const golden = Array.from({ length: 1 + random(90) }, (_, i) => {
        const list = random(4) === 0 ? `[${Array.from({ length: 1 + random(4) }, (_, k) => `"v${i}.${k}"`).join(', ')}]` : `"v${i}"`;
        const id = random(3) === 0 ? '' : `  id: n${i}${random(2) === 0 ? '/x' : ''}\n`;
        return `- vars: { x: ${list}, y: "${random(5)}" }\n${id}  expected: none\n`;
      }).join('');
      const world = new World(round + 1);
      const report = await world.run(planFor(golden, { repeats: 1 + random(3) }));
      const seen = new Set<string>();
      for (const { case: id, repeat, vars, output } of report.results) {
        assert.equal(output, `${vars['x'] as string | number} ${vars['y'] as string}`);
        assert.ok(!seen.has(`${id}#${repeat}`), `${id} stands for two cases`);
        seen.add(`${id}#${repeat}`);
      }
    }
  });
});
