/** A copy of the examples in a git repository with two commits, or of another project with one, in a folder of its own. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * @param {{ project?: string | null, without?: readonly string[] }} [options] `project`: a folder of this repository; null: an empty folder
 * in a repository without a commit. `without`: files that are not copied.
 */
export function exampleWorkspace({ project = 'examples', without = [] } = {}) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-examples-'));
  /** @param {string[]} args */
  const git = (...args) => execFileSync('git', ['-c', 'user.name=Ana Lima', '-c', 'user.email=ana@example.com', ...args], { cwd: root });
  git('init', '-q', '-b', 'main');
  const made = { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
  if (project === null) return made;
  cpSync(project, root, {
    recursive: true,
    filter: (name) => !name.includes('.goldset') && !without.includes(path.relative(project, name)),
  });
  git('add', '-A');
  git('commit', '-qm', 'Add the example prompts');
  if (project === 'examples') {
    const prompt = path.join(root, 'triage/triage.prompt');
    writeFileSync(prompt, readFileSync(prompt, 'utf8').replace('You sort support tickets.', 'You sort support tickets of a shop.'));
    git('commit', '-qam', 'Say whose tickets they are');
  }
  return made;
}
