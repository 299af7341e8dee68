/** Where an application's records go, as it says: one queue for each place, however often it is named. */
import path from 'node:path';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import { findRoot } from '../workspace/root.ts';
import { CaptureRules, redactorOf } from './capture-rules.ts';
import { FolderWriter, WriterRetention } from './folder-writer.ts';
import { LineQueue, type LineWriter } from './line-queue.ts';
import { OtlpWriter } from './otlp-writer.ts';
import { writeWarning } from './write-warning.ts';

/** Null: not said. `root` and `folder` are of files, `endpoint` and `headers` of a server. */
export interface SinkTarget {
  readonly root: string | null;
  readonly folder: string | null;
  readonly endpoint: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly onProblem: ((problem: string) => void) | null;
}

const queues = new Map<string, LineQueue>();

export function openSink(place: SinkTarget): LineQueue {
  const { root, folder, endpoint, headers } = place;
  const key = JSON.stringify([root, folder, endpoint, headers]);
  const known = queues.get(key);
  if (known) return known;
  const queue = queueFor(place, findRoot(root ?? process.cwd()));
  if (queues.size === 0) process.on('beforeExit', () => void Promise.all([...queues.values()].map((item) => item.end())));
  queues.set(key, queue);
  return queue;
}

/** Never rejects. */
export async function flushSinks(): Promise<void> {
  await Promise.all([...queues.values()].map((queue) => queue.flush()));
}

function queueFor({ folder, endpoint, headers, onProblem }: SinkTarget, root: string): LineQueue {
  const rules = new CaptureRules(root);
  const writer: LineWriter =
    endpoint !== null
      ? new OtlpWriter({ endpoint, headers }, (problem) => queue.problem('refused', problem))
      : folder !== null
        ? new FolderWriter({ folder: path.resolve(folder) })
        : new FolderWriter({ root, retention: new WriterRetention(root, rules, (problem) => queue.problem('retention', problem)) });
  const queue: LineQueue = new LineQueue({ writer, redact: redactionBy(rules), onProblem: onProblem ?? writeWarning });
  return queue;
}

/** `capture` of the root's goldset.yaml, as it is when lines are to be written. */
function redactionBy(rules: CaptureRules): () => Promise<(line: StoredLine) => StoredLine> {
  let known: { readonly config: CaptureConfig; readonly redact: (line: StoredLine) => StoredLine } | null = null;
  return async () => {
    const config = await rules.current();
    if (known?.config !== config) known = { config, redact: redactorOf(config) };
    return known.redact;
  };
}
