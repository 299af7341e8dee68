/** `goldset env`: which variables of the environment prompts and cases may read as `{{env.NAME}}`. */
import { AllowedVariables, keyVariables } from '../../adapters/models/readable-environment.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { isVariableName } from '../../core/config/key-pair.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isKeyName } from '../../core/trust/variable-names.ts';
import type { Arguments } from '../arguments.ts';
import { stderr, stdout } from '../output.ts';

export async function envCommand(args: Arguments): Promise<number> {
  const [action = 'list', ...names] = args.paths;
  const allowed = new AllowedVariables();
  if (action === 'list' && names.length === 0) {
    const listed = [...allowed.names];
    for (const name of listed) stdout.write(`${name}\n`);
    if (listed.length === 0) stderr.write('No variable is listed. Add those that prompts and cases may read: goldset env allow NAME\n');
    return 0;
  }
  const wrong = names.find((name) => !isVariableName(name));
  if (!['allow', 'remove'].includes(action) || names.length === 0 || wrong !== undefined)
    throw new ConfigurationError(
      'usage',
      wrong === undefined ? 'Name an action and variables: allow NAME, remove NAME, or list.' : `${wrong} is not a name of a variable.`,
      'See: goldset help env',
    );
  if (action === 'remove') allowed.remove(names);
  else {
    const keys = keyVariables((await openWorkspace(process.cwd())).config);
    const key = names.find((name) => keys.has(name) || isKeyName(name));
    if (key !== undefined)
      throw new ConfigurationError(
        'env/key',
        `${key} is a key or another secret, which is never put into prompts and cases.`,
        'Give the text under another name if it is not a secret.',
      );
    allowed.add(names);
  }
  stderr.write(`${names.join(', ')} ${action === 'allow' ? 'added to' : 'removed from'} ${allowed.file}.\n`);
  return 0;
}
