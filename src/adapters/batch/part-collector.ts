/** Cuts what a pass collects into parts within the provider's limits, each in files of its own. */
import { randomBytes } from 'node:crypto';
import type { CollectedCall } from '../../core/batch/batch-calls.ts';
import { sumKnown } from '../../core/collections/sum-known.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { BatchFiles, PartWriter } from './batch-files.ts';

interface OpenPart {
  readonly part: number;
  readonly tag: string;
  readonly lane: string;
  readonly client: ModelClient;
  readonly writer: PartWriter;
  atMostUsd: number | null;
}

export class PartCollector {
  readonly parts: OpenPart[] = [];
  /** Of the requests. */
  readonly keys = new Set<string>();
  private readonly open = new Map<string, OpenPart>();

  constructor(
    private readonly files: BatchFiles,
    private readonly before: number,
  ) {}

  /** USD that all of it can cost at most; null: nobody knows of some. */
  get atMostUsd(): number | null {
    return sumKnown([0, ...this.parts.map(({ atMostUsd }) => atMostUsd)]);
  }

  add({ key, sample, client, endpoint, request, atMostUsd }: CollectedCall): void {
    this.keys.add(key);
    const lane = endpoint.lane(request);
    const name = `${client.id}\u0000${lane}`;
    let part = this.open.get(name) ?? this.begin(client, lane, name);
    const lineFor = ({ tag, writer }: OpenPart): readonly [string, string] => {
      const id = `${tag}-${writer.requests}`;
      return [id, endpoint.line(id, request)];
    };
    let [id, line] = lineFor(part);
    const { limits } = endpoint;
    if (
      part.writer.requests >= limits.requests ||
      (part.writer.requests > 0 && part.writer.bytes + Buffer.byteLength(line) + 1 > limits.bytes)
    ) {
      part.writer.close();
      part = this.begin(client, lane, name);
      [id, line] = lineFor(part);
    }
    part.writer.add(line, { id, key, sample });
    part.atMostUsd = sumKnown([part.atMostUsd, atMostUsd]);
  }

  close(): void {
    for (const { writer } of this.open.values()) writer.close();
    this.open.clear();
  }

  /** Only whole parts are in the log. */
  record(): void {
    for (const { part, tag, lane, client, writer, atMostUsd } of this.parts) {
      const { requests, bytes } = writer;
      const { id: model, endpoint, account } = client;
      this.files.append({ kind: 'part', part, tag, lane, model, endpoint, account, requests, bytes, atMostUsd });
    }
  }

  private begin(client: ModelClient, lane: string, name: string): OpenPart {
    const part = this.before + this.parts.length + 1;
    const tag = `gs${randomBytes(8).toString('hex')}`;
    const begun: OpenPart = { part, tag, lane, client, writer: this.files.newPart(part), atMostUsd: 0 };
    this.parts.push(begun);
    this.open.set(name, begun);
    return begun;
  }
}
