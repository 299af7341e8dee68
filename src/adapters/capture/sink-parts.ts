/** What a sink needs when it writes: goldset.yaml, redaction, prices, the data folder. An application loads it with its first record, not when it starts. */
import path from 'node:path';
import { DEFAULT_CAPTURE, type CaptureConfig } from '../../core/config/capture-config.ts';
import { findRoot } from '../workspace/root.ts';
import { CapturePrices } from './capture-prices.ts';
import { CaptureRules, redactorOf } from './capture-rules.ts';
import { FolderWriter, WriterRetention } from './folder-writer.ts';
import type { LineWriter, Redact } from './line-queue.ts';
import { nodeSender } from './otlp-ids.ts';
import { OtlpWriter } from './otlp-writer.ts';

/** Null: not said. `root` and `folder` are of files, `endpoint` and `headers` of a server. */
export interface SinkTarget {
  readonly root: string | null;
  readonly folder: string | null;
  readonly endpoint: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly onProblem: ((problem: string) => void) | null;
}

export interface SinkParts {
  readonly writer: LineWriter;
  readonly redact: () => Promise<Redact>;
  readonly redactNow: () => Redact;
}

/** `from`: the folder from which goldset.yaml is looked for. `tell`: hears each kind of problem. */
export function sinkParts(
  { root, folder, endpoint, headers }: SinkTarget,
  from: string,
  tell: (kind: string, problem: string) => void,
): SinkParts {
  const home = findRoot(root ?? from);
  const rules = new CaptureRules(home);
  const prices = new CapturePrices(home, (problem) => tell('prices', problem));
  const writer: LineWriter =
    endpoint !== null
      ? new OtlpWriter({ endpoint, headers }, (problem) => tell('refused', problem), nodeSender())
      : folder !== null
        ? new FolderWriter({ folder: path.resolve(from, folder) }, prices)
        : new FolderWriter({ root: home, retention: new WriterRetention(home, rules, (problem) => tell('retention', problem)) }, prices);
  return { writer, ...redactionBy(rules) };
}

/** `capture` of the root's goldset.yaml, as it is when lines are to be written. */
function redactionBy(rules: CaptureRules): Pick<SinkParts, 'redact' | 'redactNow'> {
  let known: { readonly config: CaptureConfig; readonly redact: Redact } | null = null;
  const by = (config: CaptureConfig): Redact => {
    if (known?.config !== config) known = { config, redact: redactorOf(config) };
    return known.redact;
  };
  return { redact: async () => by(await rules.current()), redactNow: () => by(rules.currentNow()) };
}

/** What a call's own rules take out besides. @throws {RangeError} when a field or a pattern cannot be used. */
export const callRedactor = (fields: readonly string[], patterns: readonly string[]): Redact =>
  redactorOf({ ...DEFAULT_CAPTURE, redact: { builtIn: [], fields, patterns } });
