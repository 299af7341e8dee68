/** The node that a command of a tree view is called with. */
import { ConfigurationError } from '../../core/problems/errors.ts';

/** VS Code calls a command without its node when the view was refreshed between the click and the command. @throws {ConfigurationError} then. */
export function requireNode<T>(node: T | undefined): T {
  if (node === undefined)
    throw new ConfigurationError('view/refreshed', 'The view was refreshed, so the item is not known.', 'Choose the item again.');
  return node;
}
