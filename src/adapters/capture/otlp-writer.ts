/** Sends lines to a server that takes OTLP/HTTP in JSON, such as `goldset capture` or a collector. */
import { isUnencrypted } from '../../core/config/key-pair.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { otlpLogs, otlpTraces, type OtlpIds } from '../../core/feedback/otel/write-otlp.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { PartlyWritten } from '../partly-written.ts';
import type { LineWriter } from './line-queue.ts';

export interface OtlpTarget {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Names of headers whose values are keys. */
const CREDENTIAL = /auth|cookie|key|token|secret|password|credential/i;

/** ms that a batch may take. */
const TIMEOUT = 5000;

/** What a runtime gives: the name of the service, and the ids of spans for these lines. */
export interface OtlpSender {
  readonly service: string;
  readonly idsOf: (lines: readonly StoredLine[]) => OtlpIds | Promise<OtlpIds>;
}

export class OtlpWriter implements LineWriter {
  /** `refused`: hears why a server does not want lines that it would never take. */
  constructor(
    private readonly target: OtlpTarget,
    private readonly refused: (problem: string) => void,
    private readonly sender: OtlpSender,
  ) {}

  async write(lines: readonly StoredLine[]): Promise<void> {
    let written = 0;
    for (const run of runsOf(lines)) {
      try {
        await this.send(run);
      } catch (error) {
        throw new PartlyWritten(written, error);
      }
      written += run.length;
    }
  }

  private async send(lines: readonly StoredLine[]): Promise<void> {
    const { service } = this.sender;
    const ids = await this.sender.idsOf(lines);
    const interactions = lines.flatMap((line) => ('interaction' in line ? [line.interaction] : []));
    const followUps = lines.flatMap((line) => ('followUp' in line ? [line.followUp] : []));
    if (interactions.length > 0) await this.post('/v1/traces', otlpTraces(interactions, service, ids));
    if (followUps.length > 0) await this.post('/v1/logs', otlpLogs(followUps, service, ids));
  }

  /** @throws when it is worth another try (OTLP specification: 429, 502, 503, 504, and no answer). */
  private async post(path: string, body: JsonObject): Promise<void> {
    const { endpoint, headers } = this.target;
    const url = `${endpoint.replace(/\/+$/, '')}${path}`;
    const secret = Object.keys(headers).find((name) => CREDENTIAL.test(name));
    if (secret !== undefined && isUnencrypted(url))
      return this.refused(
        `Interactions are not sent: the header ${secret} would go to ${url} without encryption. Use an endpoint that starts with https://.`,
      );
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
      redirect: 'error',
    });
    await response.body?.cancel();
    if (response.ok) return;
    const problem = `${url} answered with status ${response.status}`;
    if ([429, 502, 503, 504].includes(response.status)) throw new HumanError('capture/busy', problem);
    this.refused(`Interactions are not sent: ${problem}. Check the sink’s endpoint.`);
  }
}

/** Neighbours of one kind: what a server takes in one request. */
function runsOf(lines: readonly StoredLine[]): StoredLine[][] {
  const runs: StoredLine[][] = [];
  let kind: boolean | null = null;
  for (const line of lines) {
    const isInteraction = 'interaction' in line;
    if (isInteraction !== kind) runs.push([]);
    kind = isInteraction;
    runs.at(-1)?.push(line);
  }
  return runs;
}
