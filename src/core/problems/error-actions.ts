/** What a person can do about an error, by its code: the button of the error does what its sentence says. */

export type ErrorRemedy =
  | 'enter-key'
  | 'choose-model'
  | 'manage-trust'
  | 'use-data-folder'
  | 'add-case'
  | 'show-problems'
  | 'show-results'
  | 'show-stored-data'
  | 'open-settings-file'
  | 'set-git-path'
  | 'run-prompt'
  | 'open-sample';

export interface ErrorAction {
  readonly title: string;
  readonly remedy: ErrorRemedy;
}

const KEY: ErrorAction = { title: 'Manage API Keys', remedy: 'enter-key' };
const MODEL: ErrorAction = { title: 'Choose Model…', remedy: 'choose-model' };
const CASE: ErrorAction = { title: 'Add Golden Case', remedy: 'add-case' };
const PROBLEMS: ErrorAction = { title: 'Show Problems', remedy: 'show-problems' };
const SETTINGS: ErrorAction = { title: 'Open goldset.yaml', remedy: 'open-settings-file' };
const RUN: ErrorAction = { title: 'Run Prompt', remedy: 'run-prompt' };

const ACTIONS: Readonly<Record<string, ErrorAction>> = {
  'key/missing': KEY,
  'key/malformed': KEY,
  'key/foreign-origin': KEY,
  'provider/authentication': KEY,
  'provider/quota': MODEL,
  'provider/not-found': MODEL,
  'model/none': MODEL,
  'model/unknown': MODEL,
  'model/refused': MODEL,
  'model/unusable': MODEL,
  'model/closed-service': MODEL,
  'model/editor-only': MODEL,
  'efforts/none': MODEL,
  'media/unsupported': MODEL,
  'batch/unsupported': MODEL,
  'model/unknown-provider': SETTINGS,
  'judge/no-model': SETTINGS,
  'trust/needed': { title: 'Manage Workspace Trust', remedy: 'manage-trust' },
  'data/mark': { title: 'Use This Folder…', remedy: 'use-data-folder' },
  'run/nothing': CASE,
  'golden/no-case': CASE,
  'run/under-way': { title: 'Show Results', remedy: 'show-results' },
  'git/missing': { title: 'Set Path of Git', remedy: 'set-git-path' },
  'resume/none': RUN,
  'resume/missing': RUN,
  'resume/changed': RUN,
  'tour/no-sample': { title: 'Open a Sample', remedy: 'open-sample' },
  ENOSPC: { title: 'Show Stored Data', remedy: 'show-stored-data' },
};

/** Errors of a file, by the first part of their code: the editor has them as problems, at their place. */
const FAMILIES: Readonly<Record<string, ErrorAction>> = {
  template: PROBLEMS,
  prompt: PROBLEMS,
  golden: PROBLEMS,
  yaml: PROBLEMS,
  assert: PROBLEMS,
  config: SETTINGS,
  prices: SETTINGS,
};

/** Null: the sentence of the error says what to do, and no command does it. */
export function errorAction(code: string): ErrorAction | null {
  const [family = ''] = code.split('/');
  const own = Object.hasOwn(ACTIONS, code) ? ACTIONS[code] : undefined;
  return own ?? (Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined) ?? null;
}

/** Errors that a key ends: with one, what they stopped can continue. */
export const needsKey = (code: string): boolean => errorAction(code)?.remedy === 'enter-key';
