/** A repository with a base and a change, judged as the action does it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TestWorkspace, type Ended, type RunJson } from '../system/command-line.ts';

export const MODEL = 'default: { reply: ok }\nrules:\n  - when: { system: "quick" }\n    reply: wrong\n';
export const prompt = (system: string, model = 'scripted:./m.scripted.yaml'): string =>
  `---\nmodel: ${model}\nconfig: { maxOutputTokens: 50 }\n---\n{{role "system"}}${system}\n{{role "user"}}{{x}}`;
export const CASES = Array.from({ length: 30 }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: ok }\n`).join('');
export const JUDGE = (verdict: string): string =>
  `default: { json: { reason: As told., quotes: [ok], score: ${verdict === 'pass' ? 1 : 0}, verdict: ${verdict} } }\n`;
/** Leaves a mark in the work tree, unless Node keeps it from writing; says what it sees of the environment. */
export const THIEF = `module.exports = () => ({ pass: true, score: 1, reason: 'head ran ' + JSON.stringify(process.env) });\n`;

export const BASE = {
  '.gitignore': 'event.json\nsummary.md\n.goldset/\nout.json\n',
  'goldset.yaml': 'judge: { model: "scripted:./judge.scripted.yaml" }\ncode: { env: [] }\n',
  'm.scripted.yaml': MODEL,
  'judge.scripted.yaml': JUDGE('fail'),
  'check.cjs': `module.exports = (output) => ({ pass: output === 'ok', score: 1, reason: 'base ran' });\n`,
  'a.prompt': prompt('Be careful.'),
  'a.golden.yaml': CASES,
};

export const quick = prompt('Be quick.');

export type Files = Readonly<Record<string, string | null>>;

function commit(workspace: TestWorkspace, files: Files, subject: string): string {
  for (const [name, text] of Object.entries(files)) {
    if (text === null) workspace.git('rm', '-q', '-f', name);
    else workspace.write({ [name]: text });
  }
  workspace.git('add', '-A');
  for (const [name, text] of Object.entries(files)) if (text !== null) workspace.git('add', '-f', '--', name);
  workspace.git('commit', '-q', '--allow-empty', '-m', subject);
  return workspace.git('rev-parse', 'HEAD').trim();
}

export interface Judged extends Ended {
  readonly workspace: TestWorkspace;
  readonly summary: string;
  readonly report: RunJson | null;
}

export interface Options {
  readonly fork?: boolean;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Between the two commits, at the base. */
  readonly before?: (workspace: TestWorkspace) => Promise<unknown>;
}

/** Commits a base and a head, and runs what the action runs. */
export async function judgeChange(
  base: Files,
  head: Files,
  { fork = false, args = [], environment = {}, before }: Options = {},
): Promise<Judged> {
  const workspace = new TestWorkspace({});
  rmSync(path.join(workspace.root, 'goldset.yaml'));
  workspace.git('init', '-q', '-b', 'main');
  commit(workspace, Object.fromEntries(Object.entries({ ...BASE, ...base }).filter(([, text]) => text !== null)), 'base');
  const baseCommit = workspace.git('rev-parse', 'HEAD').trim();
  await before?.(workspace);
  workspace.git('checkout', '-q', '-b', 'change');
  commit(workspace, head, 'head');
  const event = {
    number: 7,
    base: { sha: baseCommit },
    head: { sha: 'x', repo: { full_name: fork ? 'mallory/shop' : 'ana/shop' } },
  };
  workspace.write({ 'event.json': JSON.stringify({ pull_request: event }) });
  const ended = await workspace.run(['github', '--report', 'json=out.json', ...args], {
    environment: {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: path.join(workspace.root, 'event.json'),
      GITHUB_REPOSITORY: 'ana/shop',
      GITHUB_STEP_SUMMARY: path.join(workspace.root, 'summary.md'),
      GITHUB_TOKEN: '',
      SECRET_KEY: 'planted-key-4711',
      ...environment,
    },
  });
  const read = (name: string): string =>
    existsSync(path.join(workspace.root, name)) ? readFileSync(path.join(workspace.root, name), 'utf8') : '';
  const json = read('out.json');
  const all = `${ended.out}${ended.err}${read('summary.md')}${json}`;
  assert.ok(!all.includes('planted-key-4711'), 'No key is shown.');
  assert.ok(!all.includes('head ran'), 'No code of the head is executed.');
  return { ...ended, workspace, summary: read('summary.md'), report: json === '' ? null : (JSON.parse(json) as RunJson) };
}
