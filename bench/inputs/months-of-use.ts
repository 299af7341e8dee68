/** What months of use leave in a workspace: journals, cached answers, scores in git notes. Made quickly, in the forms that Goldset writes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { SCORE_SCHEMA, type Score } from '../../src/core/versions/score.ts';

const SUFFIX = '.goldset-run.jsonl';

/**
 * Copies the largest run of a workspace, so that there are `count` journals. Ids have one length, so every position in them holds. The copies are
 * old: with the usual `keepRuns` the next run deletes them.
 */
export function multiplyRuns(root: string, count: number): void {
  const folder = path.join(root, '.goldset', 'runs');
  const names = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  const sizeOf = (name: string): number => statSync(path.join(folder, name)).size;
  const [largest = ''] = names.sort((a, b) => sizeOf(b) - sizeOf(a)).map((name) => name.slice(0, -SUFFIX.length));
  const text = readFileSync(path.join(folder, `${largest}${SUFFIX}`), 'utf8');
  for (let i = names.length; i < count; i++) {
    const id = `20250101T000000-${i.toString(16).padStart(6, '0')}`;
    writeFileSync(path.join(folder, `${id}${SUFFIX}`), text.replaceAll(largest, id));
  }
}

/** Answers of about 800 bytes each, whose keys no request of a test has. */
export function addAnswers(root: string, count: number): void {
  const cache = new ResponseCache(root);
  const output = 'word '.repeat(120);
  for (let i = 0; i < count; i++) {
    const key = createHash('sha256').update(`aged ${i}`).digest('hex');
    const usage = { input: 100, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 120, reasoning: 0 };
    cache.keep(key, null, { output: `${i} ${output}`, toolCalls: [], finish: 'stop', usage, ttftMs: 10, latencyMs: 20 });
  }
  cache.close();
}

/** So many scores, each of a version of its own, in the note of the newest commit. */
export function addNotes(root: string, prompts: readonly string[], count: number): void {
  const lines = Array.from({ length: count }, (_, i): string => {
    const score: Score = {
      schema: SCORE_SCHEMA,
      prompt: prompts[i % prompts.length] ?? '',
      version: createHash('sha256').update(`version ${i}`).digest('hex'),
      golden: 'g',
      model: 'openai:gpt-6-luna',
      parameters: {},
      cases: 24,
      passed: 23,
      failed: 1,
      errors: 0,
      passRate: 0.958,
      interval: [0.8, 0.99],
      costPerCallUsd: 0.0001,
      inputTokens: 100,
      outputTokens: 20,
      cacheReadShare: 0,
      ttftMs: 300,
      at: new Date(Date.UTC(2025, 0, 1) + i * 60_000).toISOString(),
      run: '20250101T000000-000000',
      by: 'CI',
    };
    return JSON.stringify(score);
  });
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  execFileSync('git', [...author, 'notes', '--ref=refs/notes/goldset', 'add', '-f', '-F', '-', 'HEAD'], {
    cwd: root,
    input: lines.join('\n'),
  });
}
