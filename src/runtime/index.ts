/**
 * `goldset/runtime`: what an application imports.
 *
 *   loadPrompt ─▶ ask, with .goldset/cache/ ─▶ client of withCapture ─▶ provider
 *          └────▶ render ─▶ body ─────────────▶        │
 *                                            queue ─▶ folder or OTLP
 */
import { flushSinks } from '../adapters/capture/open-sink.ts';

export { loadPrompt } from './load-prompt.ts';
export { LoadPromptError } from './load-prompt-error.ts';
export { interactionOf, withCapture } from './with-capture.ts';
export { signal } from './signal.ts';

/** Writes what waits to be written. Never rejects. */
export const flush = (): Promise<void> => flushSinks();
