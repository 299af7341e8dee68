/** Problems of files of settings that a person edits: goldset.yaml, and the files of scripted models. */
import path from 'node:path';
import { readScript } from '../../adapters/models/scripted/script.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import { findRoot, shownPath } from '../../adapters/workspace/root.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';

export class SettingsReader {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly readText: ReadText,
  ) {}

  /** As the reader that a run uses reports them, of the text that an editor has. */
  async problems(file: string): Promise<readonly Diagnostic[]> {
    const folder = path.dirname(file);
    if (path.basename(file) === 'goldset.yaml') return (await this.workspaces.open(folder)).diagnostics;
    return readScript(shownPath(findRoot(folder), file), await this.readText(file)).diagnostics;
  }
}
