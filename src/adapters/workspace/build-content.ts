/** The content of a function that builds prompts: its file and all that it imports from the workspace. It decides the version of the prompt. */
import { createHash } from 'node:crypto';
import type { BuildFunction } from '../../core/prompt/document.ts';
import { codeFilesOf } from './code-files.ts';

/** SHA-256 in hex; null: there is no such file in the workspace. @throws {ConfigurationError} when it is more than can be read. */
export function buildContent(root: string, { language, file, name }: BuildFunction): string | null {
  // The interpreter is part of what is trusted, and of no version: it differs from machine to machine.
  const files = codeFilesOf({ kind: 'code', language, source: { file, name }, env: [], python: '' }, root);
  if (!files.some((item) => item.bytes !== null)) return null;
  const hash = createHash('sha256');
  for (const item of files) {
    const content = item.bytes === null ? null : createHash('sha256').update(item.bytes).digest('hex');
    hash.update(`${JSON.stringify([item.name, content])}\n`);
  }
  return hash.digest('hex');
}
