/**
 * `goldset/runtime`: what an application imports.
 *
 *   loadPrompt ─▶ body ─▶ client of withCapture ─▶ client of withCache ─▶ provider
 *                              │                        │
 *                    queue ─▶ folder or OTLP     .goldset/cache/
 */
import { flushSinks } from '../adapters/capture/open-sink.ts';

export { loadPrompt } from './load-prompt.ts';
export { LoadPromptError } from './load-prompt-error.ts';
export { interactionOf, withCapture } from './with-capture.ts';
export { signal } from './signal.ts';
export { withCache } from './with-cache.ts';

/** Writes what waits to be written. Never rejects. */
export const flush = (): Promise<void> => flushSinks();
