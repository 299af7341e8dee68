/** Looks at sources on threads of their own, each for one look: no template is rendered there, so none can reach a password. */
import { MessageChannel, type Worker } from 'node:worker_threads';
import { HumanError } from '../../core/problems/errors.ts';
import { startWorker } from '../evaluation/start-worker.ts';
import type { TaskReply, ThreadNews } from '../evaluation/tasks.ts';
import { carryQueries, type CarriedNews } from './carried-fetch.ts';
import type { SourceFound, SourceLookJob, SourceRequest } from './source-look.ts';

/** `script`: the bundled worker. @throws {HumanError} as the store answers, and `source/stopped` after `stop`. */
export async function lookOnThread(
  script: string,
  job: Omit<SourceLookJob, 'port'>,
  news: CarriedNews,
  stop: AbortSignal,
): Promise<SourceFound[keyof SourceFound]> {
  const stopped = new HumanError('source/stopped', `Reading ${job.name} was stopped.`);
  if (stop.aborted) throw stopped;
  const { port1, port2 } = new MessageChannel();
  const end = carryQueries(port1, new URL(job.config.clickhouse).origin, news);
  const worker = startWorker(script);
  try {
    return (await new Promise<unknown>((resolve, reject) => {
      stop.addEventListener('abort', () => reject(stopped), { once: true });
      listen(worker, resolve, reject);
      worker.postMessage({ id: 1, source: { ...job, port: port2 } } satisfies SourceRequest, [port2]);
    })) as SourceFound[keyof SourceFound];
  } finally {
    end();
    await worker.terminate();
  }
}

function listen(worker: Worker, resolve: (found: unknown) => void, reject: (error: Error) => void): void {
  worker.on('message', (message: TaskReply | ThreadNews) => {
    if (!('id' in message)) return;
    if ('result' in message) return resolve(message.result);
    const { code, message: said, hint } = message.error;
    reject(new HumanError(code ?? 'evaluation/failed', said, hint ?? undefined));
  });
  worker.on('error', (error: Error) => reject(new HumanError('evaluation/crashed', `The evaluation thread stopped: ${error.message}`)));
  worker.on('exit', () => reject(new HumanError('evaluation/crashed', 'The evaluation thread ended unexpectedly.')));
}
