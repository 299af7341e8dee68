/** `goldset/runtime/otlp`: capture with nothing but fetch, for edge runtimes. docs/runtime.md tells it on a page. */
import type * as Runtime from './goldset-runtime.d.ts';

export type {
  Action,
  ActionOptions,
  Attributes,
  CostOptions,
  NamedAction,
  OtlpSink,
  RedactRules,
  RetrievedChunk,
  SignalOptions,
} from './goldset-runtime.d.ts';

/** As in `goldset/runtime`, with a server to send to. `redact` takes fields and functions. `user` is not recorded, for there is no secret to hash it with. */
export type CaptureOptions = Omit<Runtime.CaptureOptions, 'sink'> & { readonly sink?: Runtime.OtlpSink };

export declare function withCapture<Client extends object>(client: Client, options?: CaptureOptions): Runtime.Captured<Client>;
export declare const interactionOf: typeof Runtime.interactionOf;
export declare const signal: typeof Runtime.signal;
export declare const action: typeof Runtime.action;

/** Sends what waits to be sent. Never rejects. Give it to `waitUntil` of the runtime: `context.waitUntil(flush())`. */
export declare const flush: typeof Runtime.flush;
