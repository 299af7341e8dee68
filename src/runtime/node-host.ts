/** Where captured clients run in Node: records go to a folder or a server. */
import { openSink } from '../adapters/capture/open-sink.ts';
import type { Redact } from '../adapters/capture/line-queue.ts';
import { personHash } from '../adapters/capture/user-hash.ts';
import type { CaptureHost } from './capture-host.ts';
import type { RedactRules } from './goldset-runtime.d.ts';
import { HeldRecords } from './sampling.ts';
import { sinkChoice } from './sink-choice.ts';

const redactors = new WeakMap<RedactRules, Redact>();

export const NODE_HOST: CaptureHost = {
  ...sinkChoice({}, (sink) => {
    const onProblem = sink.onProblem ?? null;
    return 'endpoint' in sink
      ? openSink({ root: null, folder: null, endpoint: sink.endpoint, headers: sink.headers ?? {}, onProblem })
      : openSink({ root: sink.root ?? null, folder: sink.folder ?? null, endpoint: null, headers: {}, onProblem });
  }),
  hashUser: personHash,
  redactorOf: (rules) => {
    const known = redactors.get(rules) ?? loadParts().callRedactor(rules.fields ?? [], rules.patterns ?? []);
    redactors.set(rules, known);
    return known;
  },
  held: new HeldRecords(),
};

/** Loaded with the first record, as in open-sink.ts. */
const loadParts = (): typeof import('../adapters/capture/sink-parts.ts') =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as in open-sink.ts
  require('../adapters/capture/sink-parts.ts') as typeof import('../adapters/capture/sink-parts.ts');
