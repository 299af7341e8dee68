/** The same library for `import`: what both kinds of modules of an application share is there once. */
import runtime from './index.cjs';

export const { action, flush, interactionOf, loadPrompt, LoadPromptError, signal, withCapture } = runtime;
