/** What the parts run on: a workspace with many cases. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Scope } from '../scope.ts';

export const ticket = (i: number): string => `Ticket number ${i}: the parcel has not come yet, where is it?`;

/** A folder with a prompt and so many cases, whose model answers at the url. */
export function workspaceFor(scope: Scope, cases: number, url: string): string {
  const root = scope.folder('workspace');
  const write = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
  write('goldset.yaml', `providers:\n  bench: { kind: openai-compatible, baseUrl: "${url}" }\n`);
  write('a.prompt', '---\nmodel: bench:m\n---\n{{role "system"}}Reply with a label.\n{{role "user"}}{{ticket}}');
  write(
    'a.golden.yaml',
    Array.from({ length: cases }, (_, i) => `- id: case-${i}\n  vars: { ticket: "${ticket(i)}" }\n  expected: { label: shipping }\n`).join(
      '',
    ),
  );
  return root;
}

/** Removes journals and stored answers, so that the next run is a first one. */
export const forgetRuns = (root: string): void => rmSync(path.join(root, '.goldset'), { recursive: true, force: true });
