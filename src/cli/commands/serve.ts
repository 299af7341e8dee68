/** `goldset serve FILE`: runs until it is interrupted. */
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { systemClock } from '../../adapters/clock.ts';
import { loadScript } from '../../adapters/models/scripted/script-file.ts';
import { ScriptedModel } from '../../adapters/models/scripted/scripted-model.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Arguments } from '../arguments.ts';
import { withSession } from '../session.ts';
import { stdout } from '../output.ts';

export async function serveCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const given = args.paths[0];
  if (given === undefined || args.paths.length > 1) throw new ConfigurationError('usage', 'Name one scripted model: goldset serve FILE');
  const port = args.count('port', 0, 0);
  return withSession(
    args,
    evaluator,
    async ({ cwd, evaluator }) => {
      const file = path.resolve(cwd, given);
      const model = new ScriptedModel(await loadScript(file, null), evaluator, systemClock.now);
      const { scriptedServer } = await import('../../adapters/models/scripted/server.ts');
      const server = scriptedServer(path.basename(file).replace(/\.scripted\.ya?ml$/, ''), model, (ms) => systemClock.sleep(ms));
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
          reject(
            error.code === 'EADDRINUSE'
              ? new ConfigurationError('serve/port', `Port ${port} is already in use.`, 'Choose another with --port.')
              : error,
          ),
        );
        server.listen(port, '127.0.0.1', resolve);
      });
      const address = server.address() as AddressInfo;
      stdout.write(`Serving ${given} at http://127.0.0.1:${address.port}/v1 (stop with Ctrl+C)\n`);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      return 0;
    },
    { data: null },
  );
}
