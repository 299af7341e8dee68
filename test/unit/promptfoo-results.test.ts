import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { loadPromptfoo } from '../../src/adapters/workspace/promptfoo-files.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import { stemOf } from '../../src/core/grade/assertion-types.ts';
import type { CodeJob, CodeRunner } from '../../src/core/grade/code-assertion.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import { isJudged } from '../../src/core/grade/judged-types.ts';
import { gradeExternally } from '../../src/core/judge/external-grading.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { renderDataOf } from '../../src/core/prompt/case-data.ts';
import { columnTargets } from '../../src/core/prompt/columns.ts';
import { variablesKey, type BuiltAnswers } from '../../src/core/prompt/built/built-answer.ts';
import { promptfooAnswer, promptfooArgument } from '../../src/core/prompt/promptfoo/built-prompt.ts';
import { readBuiltRequest } from '../../src/core/model/built-request.ts';
import type { PromptDocument } from '../../src/core/prompt/document.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import { echoed } from '../../src/adapters/models/echo-client.ts';

const FIXTURES = path.resolve('test/fixtures/promptfoo');

/** What promptfoo 0.123.1 found: `scripts/record-promptfoo.mjs` records it. */
interface Recorded {
  readonly column: number;
  readonly test: number;
  readonly prompt: string;
  readonly vars: JsonObject;
  readonly verdict: 'pass' | 'fail' | 'error';
}

const RECORD = JSON.parse(readFileSync('test/fixtures/promptfoo-results.json', 'utf8')) as Readonly<
  Record<string, readonly Recorded[] | null>
>;

/** Configs of which Goldset differs, with the reason: docs/promptfoo.md lists each. */
const DIFFERENT: Readonly<Record<string, string>> = {
  '57-unsupported': 'no provider moderates or searches',
};

/** Configs whose cases go on from earlier answers: test/unit/promptfoo-conversations.test.ts runs them. */
const CHAINS = ['64-conversation', '71-conversation-chat', '72-stored-output'];

/** As `scripts/record-promptfoo.mjs` has it, with what the user listed. */
const ENVIRONMENT = {
  allowed: new Map([
    ['TEAM_NAME', 'Blue'],
    ['GREETED', 'Ada'],
  ]),
  keys: new Set<string>(),
  problem: null,
};

interface Found {
  readonly prompt: string;
  readonly verdict: string;
}

/** Runs the code of our own fixtures here, without the process of its own that a workspace's code gets. */
const codeIn = (root: string): CodeRunner => ({
  run: ({ language, source, output, context }: CodeJob): Promise<JsonValue> => {
    if (language === 'python') return Promise.resolve(runPython(root, source, output, context));
    if ('code' in source) {
      const body = source.code.includes('\n') ? source.code : `return ${source.code}`;
      const call = runInThisContext(`(function (output, context) {${body}\n})`) as (...given: unknown[]) => JsonValue;
      return Promise.resolve(call(output, context));
    }
    const loaded = createRequire(path.join(root, 'here.cjs'))(path.join(root, source.file)) as Record<
      string,
      (...given: unknown[]) => JsonValue
    >;
    const call = source.name === null ? (loaded as unknown as (...given: unknown[]) => JsonValue) : loaded[source.name];
    assert.ok(call);
    // A function that makes a prompt has no output before it.
    return Promise.resolve(output === '' ? call(context) : call(output, context));
  },
});

function runPython(root: string, source: CodeJob['source'], output: string, context: JsonObject): JsonValue {
  const call = 'code' in source ? source.code : output === '' ? `${source.name}(context)` : `get_assert(output, context)`;
  const before = 'code' in source ? '' : readFileSync(path.join(root, source.file), 'utf8');
  const program = `import json, sys\noutput, context = json.loads(sys.stdin.read())\n${before}\nprint(json.dumps(${call}))`;
  const { stdout } = spawnSync('python3', ['-c', program], { input: JSON.stringify([output, context]), encoding: 'utf8' });
  return JSON.parse(stdout) as JsonValue;
}

async function foundIn(folder: string): Promise<Found[]> {
  const root = path.join(FIXTURES, folder);
  const name = readdirSync(root).find((file) => file.startsWith('promptfooconfig')) ?? '';
  const code = codeIn(root);
  const made = new Map<string, string>();
  const load = (): ReturnType<typeof loadPromptfoo> =>
    loadPromptfoo(
      root,
      name,
      readFileSync(path.join(root, name), 'utf8'),
      {
        read: (file) => Promise.resolve(made.get(path.relative(root, file)) ?? readFileSync(file, 'utf8')),
        has: (file) =>
          Promise.resolve(made.has(path.relative(root, file)) || readdirSync(path.dirname(file)).includes(path.basename(file))),
      },
      ENVIRONMENT,
    );
  let config = await load();
  for (const { build, config: given, made: file } of config.documents[0]?.pendingTests ?? []) {
    const { language, file: source, name: called } = build;
    const tests = await code.run({
      language,
      source: { file: source, name: called },
      output: '',
      context: isJsonObject(given) ? given : {},
    });
    made.set(file, JSON.stringify(tests));
  }
  if (made.size > 0) config = await load();
  // A prompt that cannot be sent has no results.
  if (config.problems.size > 0) return [];
  const columns = config.documents.flatMap((document) =>
    columnTargets({ document, partials: [], listVariables: [], version: '', ref: null, golden: '', cases: document.embedded.cases }),
  );
  const all = columns.flatMap(({ document, cases }) => cases.map((item) => foundOf(document, item, code)));
  return Promise.all(all);
}

/** What the function of a prompt returns, called as promptfoo calls it. */
async function answersOf({ template }: PromptDocument, vars: JsonObject, code: CodeRunner): Promise<BuiltAnswers> {
  if (template.kind !== 'built') return new Map();
  const { language, file, name, promptfoo } = template.build;
  assert.ok(promptfoo);
  const value = await code.run({ language, source: { file, name }, output: '', context: promptfooArgument(vars, promptfoo.config) });
  return new Map([[variablesKey(vars), readBuiltRequest(promptfooAnswer(value, vars, file), file)]]);
}

async function foundOf(document: PromptDocument, item: GoldenCase, code: CodeRunner): Promise<Found> {
  const built = await answersOf(document, item.vars, code);
  const { messages } = prepareRenderer(document, [], built).render(renderDataOf(item));
  const output = echoed(messages);
  if (item.unsupported !== null) return { prompt: output, verdict: 'error' };
  const subject = { output, vars: item.vars, expected: null, input: output, context: null };
  const compare = (): Promise<{ error: string }> => Promise.resolve({ error: 'no judge' });
  const specs = await gradeExternally(item.assertions, subject, { judging: null, code, compare });
  assert.ok(specs);
  const { verdict } = gradeOutput(specs, item.threshold, {
    output,
    finish: 'stop',
    toolCalls: [],
    costUsd: null,
    ttftMs: 0,
    latencyMs: 1,
    outputTokens: null,
    vars: item.vars,
    tools: [],
  });
  // promptfoo: a test that checks nothing passes.
  return { prompt: output, verdict: verdict === 'unjudged' ? 'pass' : hasJudge(item.assertions) ? 'judged' : verdict };
}

const hasJudge = (specs: readonly AssertionSpec[]): boolean =>
  specs.some(({ type, assert: members }) => isJudged(stemOf(type)) || (members !== undefined && hasJudge(members)));

/** In one order, whatever the order of columns and tests. */
const sorted = (all: readonly Found[]): string[] =>
  all.map(({ prompt, verdict }) => JSON.stringify([parseJson(prompt) ?? prompt, verdict])).sort();

describe('promptfoo’s own results', () => {
  it('are those of Goldset: rendered prompts and verdicts, but for the differences that are documented', async () => {
    let compared = 0;
    let equal = 0;
    const problems: string[] = [];
    for (const [folder, recorded] of Object.entries(RECORD)) {
      if (recorded === null || CHAINS.includes(folder)) continue;
      const own = await foundIn(folder);
      const judged = own.some(({ verdict }) => verdict === 'judged');
      // No judge answers here, so only the prompts of such a config are compared.
      // What promptfoo itself cannot run has no result that could be compared.
      const ran = recorded.filter(({ verdict }) => judged || verdict !== 'error');
      const theirs = sorted(ran.map(({ prompt, verdict }) => ({ prompt, verdict: judged ? '' : verdict })));
      const ours = sorted(own.map(({ prompt, verdict }) => ({ prompt, verdict: judged ? '' : verdict })));
      compared += theirs.length;
      const rest = [...ours];
      for (const line of theirs) {
        const at = rest.indexOf(line);
        if (at === -1) problems.push(`${folder}: promptfoo ${line}`);
        else {
          rest.splice(at, 1);
          equal++;
        }
      }
      if (!Object.hasOwn(DIFFERENT, folder)) problems.push(...rest.map((line) => `${folder}: Goldset ${line}`));
    }
    const undocumented = problems.filter((line) => !Object.hasOwn(DIFFERENT, line.split(':')[0] ?? ''));
    assert.deepEqual(undocumented, []);
    assert.ok(equal / compared >= 0.95, `${equal} of ${compared} agree`);
  });

  // Only in test:all: promptfoo takes a minute, and is installed apart.
  if (process.env['GOLDSET_PEERS'] === 'all')
    it('are what promptfoo gives today', function () {
      this.timeout(600_000);
      if (!existsSync('bench/peers/node_modules/promptfoo')) {
        process.stderr.write('promptfoo is not installed, so its results are not recorded anew: npm run bench:peers\n');
        this.skip();
      }
      const { status, stderr } = spawnSync(process.execPath, ['scripts/record-promptfoo.mjs', '--check'], { encoding: 'utf8' });
      assert.equal(status, 0, stderr.slice(-500));
    });
});
