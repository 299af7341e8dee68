/** Starts the receiver of a workspace. */
import type { AddressInfo } from 'node:net';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import { repeatEvery } from '../clock.ts';
import type { RetainJob, Retained } from '../interactions/retention.ts';
import { CaptureRules, redactorOf } from './capture-rules.ts';
import { captureServer } from './capture-server.ts';
import { isLoopbackAddress } from './refused-request.ts';
import { CaptureDesk } from './capture-desk.ts';
import type { CaptureThread } from './capture-job.ts';
import type { CaptureCounts } from './capture.ts';
import { PersonSecret } from './user-hash.ts';

export interface CaptureOptions {
  /** Its own: it is ended with the receiver. */
  readonly thread: CaptureThread;
  /** Deletes what is too old. Not on this thread: adding up months of calls takes minutes, and no call waits for it. Ended with the receiver. */
  readonly retention: { retain(job: RetainJob): Promise<Retained>; dispose(): Promise<void> };
  /** The folder that holds `.goldset/`. */
  readonly root: string;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** What senders must show. Absent or null: nothing, which an address beyond this machine does not allow. */
  readonly token?: string | null;
  /** Something came. */
  readonly onChange: (counts: CaptureCounts) => void;
  /** Something could not be written; its sender was told to send it again. */
  readonly onFailure: (error: unknown) => void;
  /** Something else went wrong, such as a day that may not be deleted; nothing that was sent is lost. */
  readonly onProblem: (problem: string) => void;
  /** ms between two looks at what is too old. Absent: an hour. */
  readonly cleanEveryMs?: number;
}

export interface RunningCapture {
  readonly port: number;
  readonly counts: CaptureCounts;
  /** Ends when what was accepted is on disk. */
  stop(): Promise<void>;
}

/**
 * Takes out what `capture` of goldset.yaml says, and removes days that are older than it lets be kept.
 * @throws {ConfigurationError} when a rule is not sound, the port is taken or the address is none of this machine's.
 */
export async function startCapture({
  thread,
  retention,
  root,
  host,
  port,
  token = null,
  onChange,
  onFailure,
  onProblem,
  cleanEveryMs = CLEANING_MS,
}: CaptureOptions): Promise<RunningCapture> {
  if (token === null && !isLoopbackAddress(host)) throw new ConfigurationError('capture/token', `${host} needs a token.`);
  const rules = new CaptureRules(root);
  // Rules that are not sound are refused now, not with the first record.
  redactorOf(await rules.current());
  const capture = new CaptureDesk(thread, root, rules, new PersonSecret(onProblem));
  let isStopped = false;
  const notDeleted = (problem: string): void => {
    if (!isStopped) onProblem(`Interactions that are too old cannot be deleted: ${problem}`);
  };
  const clean = async (): Promise<void> => {
    const { problems } = await retention.retain({ root, limits: await rules.current(), now: Date.now() });
    for (const problem of problems) notDeleted(problem);
  };
  const server = captureServer(capture, { host, token, onChange: () => onChange(capture.counts), onFailure });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  server.on('error', onFailure);
  // Not before it listens: no call is refused meanwhile.
  await clean().catch((error: unknown) => notDeleted(messageOf(error)));
  const stopCleaning = repeatEvery(cleanEveryMs, clean, (error) => notDeleted(messageOf(error)));
  return {
    port: (server.address() as AddressInfo).port,
    get counts() {
      return capture.counts;
    },
    stop: async () => {
      isStopped = true;
      stopCleaning();
      await retention.dispose();
      // Requests under way end; connections that only wait are closed.
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
      await closed;
      clearTimeout(late);
      const ending = setTimeout(() => void thread.dispose(), LAST_WRITES_MS);
      try {
        await capture.close();
      } catch (error) {
        onFailure(error);
      } finally {
        clearTimeout(ending);
        await thread.dispose();
      }
    },
  };
}

/** How often days that are too old are looked for, ms. */
const CLEANING_MS = 3_600_000;
/** How long requests that are under way may take when it is stopped. */
const LAST_REQUESTS_MS = 3000;
/** How long the thread may take after that; what it reads now has not been acknowledged. */
const LAST_WRITES_MS = 2000;

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new ConfigurationError(
      'capture/port',
      `Port ${port} is already in use, perhaps by another goldset capture or an OpenTelemetry Collector.`,
      'Stop that process, or choose another port with --port and set OTEL_EXPORTER_OTLP_ENDPOINT to it.',
      { cause: error },
    );
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EACCES')
    return new ConfigurationError(
      'capture/address',
      `Goldset cannot listen on ${host}, port ${port} (${error.code}).`,
      'Choose another address with --host and --port.',
      {
        cause: error,
      },
    );
  return error;
}
