/** A prompt with many golden cases, and a server for it that does as told. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { TestWorkspace, type RunJson } from './command-line.ts';
import { FaultyServer, type Behaviour } from './faulty-server.ts';

const PRICES = 'asOf: 2026-11-01\nmodels:\n  local:m: { input: 1, output: 2 }\n';
export const golden = (count: number): string =>
  Array.from({ length: count }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: ok }\n`).join('');
export const workspaceFor = (baseUrl: string, cases: number, config = ''): TestWorkspace =>
  new TestWorkspace({
    'goldset.yaml': `providers:\n  local: { kind: openai-compatible, baseUrl: "${baseUrl}" }\nprices: ./prices.yaml\n${config}`,
    'prices.yaml': PRICES,
    'a.prompt': '---\nmodel: local:m\nconfig: { maxOutputTokens: 50 }\n---\n{{x}}',
    'a.golden.yaml': golden(cases),
  });
export const journals = (workspace: TestWorkspace): string[] =>
  readdirSync(path.join(workspace.root, '.goldset', 'runs'))
    .filter((name) => name.endsWith('.goldset-run.jsonl'))
    .map((name) => path.join(workspace.root, '.goldset', 'runs', name));
export const report = (out: string): RunJson => JSON.parse(out) as RunJson;

export async function withServer<T>(behaviour: Behaviour, work: (url: string, server: FaultyServer) => Promise<T>): Promise<T> {
  const server = new FaultyServer(behaviour);
  try {
    return await work(await server.listen(), server);
  } finally {
    server.close();
  }
}
