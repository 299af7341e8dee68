/** The workspace that the editor is measured in: prompts to run, to type in, and a file that is no prompt. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { sourceFile } from './source-file.ts';
import type { Scope } from '../scope.ts';

/** `counts`: for each a prompt `cases-N.prompt` with so many cases, one of ten failing. Returns the folder. */
export function editorWorkspace(scope: Scope, counts: readonly number[]): string {
  const root = scope.folder('editor');
  const write = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
  write('m.scripted.yaml', 'default: { json: { label: shipping } }\n');
  for (const count of counts) {
    write(`cases-${count}.prompt`, '---\nmodel: scripted:./m.scripted.yaml\n---\n{{ticket}}');
    write(`cases-${count}.golden.yaml`, Array.from({ length: count }, (_, i) => runCase(i)).join(''));
  }
  write('typing.prompt', prompt(paragraphs(200)));
  write('huge.prompt', prompt(paragraphs(7500)));
  // Marked, so that it is parsed to find its prompts.
  write('long.ts', `// goldset: STEP_0_PROMPT\n${sourceFile(5000, 20)}`);
  write('long.STEP_0_PROMPT.golden.yaml', '- { id: a, vars: { user.name: Ana }, expected: x }\n');
  write('plain.txt', paragraphs(200));
  write('typing.golden.yaml', typingCases(200));
  write('huge.golden.yaml', typingCases(20));
  return root;
}

/** The files that the tests of a plain test controller stand in. */
export function plainTests(root: string, counts: readonly number[]): void {
  for (const count of counts) {
    writeFileSync(path.join(root, `plain-${count}.txt`), 'The tests of this file stand beside it.\n');
    writeFileSync(path.join(root, `plain-${count}.cases.txt`), Array.from({ length: count }, (_, i) => `case-${i}\n`).join(''));
  }
}

const runCase = (i: number): string =>
  `- id: case-${i}\n  description: number ${i}\n  vars: { ticket: "Ticket number ${i}: where is it?" }\n  expected: { label: ${i % 10 === 0 ? 'refund' : 'shipping'} }\n`;

const words = (count: number, seed: number): string => Array.from({ length: count }, (_, i) => `word${(i * 7 + seed) % 997}`).join(' ');

const paragraphs = (count: number): string => Array.from({ length: count }, (_, i) => `Rule ${i}: ${words(16, i)}.`).join('\n');

const prompt = (text: string): string =>
  `---\nmodel: scripted:./m.scripted.yaml\n---\n{{role "system"}}\n${text}\n{{role "user"}}\n{{ticket}}\n`;

const typingCases = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `- id: t-${i}\n  vars: { ticket: "Ticket ${i}: ${words(20, i)}" }\n  expected: { label: shipping }\n`,
  ).join('');
