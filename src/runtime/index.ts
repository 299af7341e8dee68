/**
 * `goldset/runtime`: what an application imports.
 *
 *   loadPrompt ─▶ ask, with .goldset/cache/ ─▶ client of withCapture ─▶ provider
 *          └────▶ render ─▶ body ─────────────▶        │
 *                                            queue ─▶ folder or OTLP
 *
 * What reads prompts and what writes records are bundles of their own, loaded when they are needed: an application starts without them.
 */
import { flushSinks } from '../adapters/capture/open-sink.ts';
import { namedAction } from './action.ts';
import { idOfAnswer, nameAnswer } from './answer-names.ts';
import type * as Declared from './goldset-runtime.d.ts';
import { NODE_HOST } from './node-host.ts';
import { signalOf } from './signal.ts';
import { captureClient, isCaptured, recordKnown } from './with-capture.ts';

export { LoadPromptError } from './load-prompt-error.ts';

export const withCapture: typeof Declared.withCapture = (client, options) => captureClient(NODE_HOST, client, options);

/** The id of the interaction that an answer belongs to; null: it was not recorded. */
export const interactionOf: typeof Declared.interactionOf = (answer) => idOfAnswer(answer);

export const signal: typeof Declared.signal = (id, name, value, options) => signalOf(NODE_HOST, id, name, value, options);

export const action: typeof Declared.action = (type, id, options) => namedAction(NODE_HOST, type, id, options);

export const loadPrompt: typeof Declared.loadPrompt = async (name, options) =>
  loadPrompts().loadPromptWith({ withCapture, interactionOf, isCaptured, nameAnswer, recordKnown }, name, options);

/** Writes what waits to be written. Never rejects. */
export const flush: typeof Declared.flush = () => flushSinks();

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a bundle of its own
const loadPrompts = (): typeof import('./load-prompt.ts') => require('./load-prompt.ts') as typeof import('./load-prompt.ts');
