/** VS Code's Restricted Mode, as the engine knows it: no request, no write, no git, and `.goldset/` is not read. */
import { ConfigurationError } from '../../core/problems/errors.ts';

/** @throws {ConfigurationError} in a workspace that is not trusted. */
export function requireTrusted(isTrusted: boolean): void {
  if (isTrusted) return;
  throw new ConfigurationError(
    'trust/needed',
    'In Restricted Mode Goldset sends no request, writes no file and does not read .goldset/.',
    'Use "Workspaces: Manage Workspace Trust".',
  );
}
