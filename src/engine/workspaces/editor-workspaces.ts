/** The workspaces of a window: with the user's default model, and with what prompts may read of the window's environment. */
import { readableEnvironment } from '../../adapters/models/readable-environment.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import { Workspaces } from '../../adapters/workspace/workspaces.ts';

export const editorWorkspaces = (readText: ReadText, defaultModel?: (root: string) => string | null): Workspaces =>
  new Workspaces(readText, undefined, defaultModel, readableEnvironment);
export type { Workspaces };
