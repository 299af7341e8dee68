/** `goldset deploy PROMPT NAME REF`: lets a name, `production`, point at the version that a prompt has at a ref. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextSync } from '../../adapters/bounded-file.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { DEPLOYMENTS_FILE, withDeployment } from '../../core/versions/deployments.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { replaceFile } from '../../adapters/storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { targetsAt } from '../../adapters/git/target-at.ts';
import type { Arguments } from '../arguments.ts';
import { repositoryOf } from '../run/baseline.ts';
import { promptAt } from '../run/prompt-search.ts';
import { withSession } from '../session.ts';
import { stdout } from '../output.ts';

export async function deployCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [prompt, name, ref] = args.paths;
  if (prompt === undefined || name === undefined || ref === undefined || args.paths.length > 3)
    throw new ConfigurationError(
      'usage',
      'Name a prompt, a deployment and a ref: goldset deploy PROMPT NAME REF',
      'goldset deploy triage.prompt production main',
    );
  if (!/^[\w.-]+$/.test(name))
    throw new ConfigurationError('usage', `"${name}" is not a valid deployment name.`, 'Use letters, digits, ., _ and -.');
  return withSession(
    { ...args, paths: [prompt] },
    evaluator,
    async ({ cwd, workspace }) => {
      const file = await promptAt(prompt, cwd);
      const loaded = await evaluator.load({ workspace, file, unsaved: {}, most: 1 });
      const repository = await repositoryOf(workspace.root);
      const at = await targetsAt(repository, ref, workspace);
      const target = await at.targetOf(loaded);
      repository.close();
      const shown = loaded.target.document.path;
      if (target === null) throw new ConfigurationError('deploy/missing', `${shown} does not exist at ${ref}.`);
      const deployments = realPathToWrite(workspace.root, path.join(workspace.root, DEPLOYMENTS_FILE));
      const text = existsSync(deployments) ? readTextSync(deployments) : '';
      replaceFile(deployments, withDeployment(text, { prompt: shown, name, version: target.version, commit: at.commit }));
      stdout.write(
        `${name} of ${shown} is ${target.version.slice(0, 8)} (${ref}, ${at.commit.slice(0, 8)}). Commit ${DEPLOYMENTS_FILE} to ship it.\n`,
      );
      return 0;
    },
    { data: 'optional' },
  );
}
