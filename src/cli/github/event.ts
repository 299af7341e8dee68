/** What started the workflow: which commit to compare with, and how far its files can be trusted. */
import { existsSync } from 'node:fs';
import { readTextSync } from '../../adapters/bounded-file.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../core/json/json.ts';

export interface WorkflowEvent {
  /** The commit before the change; null: the event has none, so nothing is compared. */
  readonly base: string | null;
  /** Of the pull request; null: there is none. */
  readonly pullRequest: number | null;
  /** From a fork: nobody has reviewed what it would ask, so nothing is asked. */
  readonly isFork: boolean;
}

/** @throws {ConfigurationError} for a run that would give secrets to files that nobody has reviewed. */
export function readEvent(env: NodeJS.ProcessEnv): WorkflowEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? '';
  const file = env['GITHUB_EVENT_PATH'] ?? '';
  const event = file !== '' && existsSync(file) ? parseJson(readTextSync(file)) : {};
  const pull = objectAt(event, 'pull_request');
  if (pull === null) {
    refuseOtherRepository(event, env['GITHUB_REPOSITORY'] ?? null);
    return { base: name === 'push' ? pushBase(event) : null, pullRequest: null, isFork: false };
  }
  const baseSha = textAt(objectAt(pull, 'base'), 'sha');
  const headSha = textAt(objectAt(pull, 'head'), 'sha');
  if (name === 'pull_request_target' && headSha !== baseSha)
    throw new ConfigurationError(
      'github/untrusted',
      'This workflow runs on pull_request_target, which has access to secrets, and a pull request can change where they are sent.',
      'Use `on: pull_request`. Pull requests from forks then run on recorded answers.',
    );
  const headRepository = textAt(objectAt(objectAt(pull, 'head'), 'repo'), 'full_name');
  const number = pull['number'];
  return {
    base: baseSha,
    pullRequest: typeof number === 'number' ? number : null,
    isFork: headRepository !== (env['GITHUB_REPOSITORY'] ?? null),
  };
}

/** `workflow_run` has access to secrets, whatever workflow of a fork it follows. */
function refuseOtherRepository(event: JsonValue | undefined, own: string | null): void {
  const run = objectAt(event, 'workflow_run');
  if (run === null || textAt(objectAt(run, 'head_repository'), 'full_name') === own) return;
  throw new ConfigurationError(
    'github/untrusted',
    'This workflow follows a workflow of a fork, and it has access to secrets.',
    'Use `on: pull_request`. Pull requests from forks then run on recorded answers.',
  );
}

/** A new branch has nothing before it. */
function pushBase(event: JsonValue | undefined): string | null {
  const before = isJsonObject(event) ? textAt(event, 'before') : null;
  return before === null || /^0+$/.test(before) ? null : before;
}

const objectAt = (value: JsonValue | undefined | null, key: string): JsonObject | null => {
  const found = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(found) ? found : null;
};

const textAt = (value: JsonObject | null, key: string): string | null => {
  const found = value?.[key];
  return typeof found === 'string' ? found : null;
};
