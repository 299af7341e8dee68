/** `goldset capture`: receives OpenTelemetry of applications until it is interrupted. */
import path from 'node:path';
import { isLoopbackAddress } from '../../adapters/capture/refused-request.ts';
import { sendingToken } from '../../adapters/capture/sending-token.ts';
import { startCapture } from '../../adapters/capture/start-capture.ts';
import { RetentionThread } from '../../adapters/evaluation/retention-thread.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { CaptureCounts } from '../../adapters/capture/capture.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import { OTLP_PORT } from '../../core/feedback/logs/otlp/telemetry.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import type { Arguments } from '../arguments.ts';
import { stderr, stdout } from '../output.ts';

/** ms between two lines of progress. */
const EVERY = 1000;

export async function captureCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  if (args.paths.length > 0) throw new ConfigurationError('usage', `goldset capture takes no paths, such as "${args.paths[0] ?? ''}".`);
  const port = args.count('port', OTLP_PORT, 0);
  if (port > 65_535) throw new ConfigurationError('usage', `--port must be at most 65535, not ${port}.`);
  const host = args.text('host') ?? '127.0.0.1';
  const tokenName = args.text('token-env');
  const token = tokenName === null ? null : sendingToken(tokenName);
  if (token === null && !isLoopbackAddress(host))
    throw new ConfigurationError(
      'capture/token',
      `Goldset listens on ${host} only for senders with a token, because others can reach that address.`,
      'Set a variable to a random text of at least 16 characters, name it with --token-env, and give senders `Authorization: Bearer TOKEN`.',
    );
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const progress = new Progress();
  const capture = await startCapture({
    ...{ thread: evaluator, retention: new RetentionThread(evaluator.script), root, host, port, token },
    onChange: (counts) => progress.show(counts),
    onProblem: tell,
    onFailure: (error) => tell(`Not written; the sender was told to retry: ${messageOf(error)}`),
  });
  // From the first line on it ends in order.
  const isStopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  tell(welcome(host.includes(':') ? `[${host}]` : host, capture.port, root, tokenName));
  await isStopped;
  await capture.stop();
  progress.end();
  if (args.flag('json')) stdout.json({ schema: 'goldset.capture/1', ...capture.counts }, 0);
  else tell(`Captured ${told(capture.counts)}.`);
  return 0;
}

const welcome = (
  host: string,
  port: number,
  root: string,
  tokenName: string | null,
): string => `Capturing into ${path.join(root, '.goldset', 'interactions')} (stop with Ctrl+C). Start your application with:
  OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:${port}
  OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf${tokenName === null ? '' : `\n  OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20$${tokenName}"`}
and, to capture prompts and answers too:
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`;

const told = ({ spans, interactions, signals, refused }: CaptureCounts): string =>
  `${quantity(spans, 'span')}, ${quantity(interactions, 'interaction')}, ${quantity(signals, 'signal')}${refused === 0 ? '' : `, ${count(refused)} refused`}`;

const NO_TEXT =
  'Calls arrive without prompt or answer text: content capture is off. Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true for the application.';
const LATE =
  'Messages arrive as log events after their calls and are lost. Send logs before spans: set OTEL_BLRP_SCHEDULE_DELAY below OTEL_BSP_SCHEDULE_DELAY.';

/** At most one line a second. */
class Progress {
  private waiting: NodeJS.Timeout | null = null;
  private latest: CaptureCounts | null = null;
  private readonly warned = new Set<string>();

  show(counts: CaptureCounts): void {
    this.latest = counts;
    if (counts.withoutText > 0 && counts.withoutText === counts.interactions) this.warn(NO_TEXT);
    if (counts.lateMessages > 0) this.warn(LATE);
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      if (this.latest !== null) tell(told(this.latest));
    }, EVERY);
  }

  private warn(text: string): void {
    if (!this.warned.has(text)) tell(text);
    this.warned.add(text);
  }

  end(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
  }
}

function tell(text: string): void {
  stderr.write(`${text}\n`);
}
