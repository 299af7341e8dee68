/** Any pipeline as a model: `{ kind: http }` and `{ kind: command }` in goldset.yaml. */
import { isHumanError, messageOf, ProviderError, isProviderError } from '../../../core/problems/errors.ts';
import type { CommandTargetConfig } from '../../../core/config/providers.ts';
import type { CommandExecution, Execution, Permit } from '../../../core/trust/execution.ts';
import type { ModelCallOptions, ModelClient } from '../../../core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../../core/model/model-request.ts';
import { isJsonObject, parseJson } from '../../../core/json/json.ts';
import { excerpt } from '../../../core/text/text.ts';
import { lastOutput, runProcess, variables } from '../../process/run-process.ts';
import { keepAliveFetch } from '../../http/keep-alive-fetch.ts';
import { hideKey } from '../hide-key.ts';
import { errorMessage, failureOfError } from '../provider-failure.ts';
import { retryAfterOf } from '../retry-after.ts';
import { pipelineAnswer, pipelineRequest } from './pipeline-answer.ts';

export interface PipelineOptions {
  readonly id: string;
  readonly model: string;
  /** What answers, for the response cache: changes when the pipeline does. */
  readonly endpoint: string;
  readonly origin: string;
  readonly account: string | null;
  /** The program that answers; absent: an address does. */
  readonly executes?: Execution;
  readonly now: () => number;
}

/** Gives the text of an answer. @throws {ProviderError} */
export type Transport = (body: string, signal: AbortSignal) => Promise<string>;

export class PipelineClient implements ModelClient {
  readonly source = 'model';
  readonly pricing = null;
  readonly caching = null;
  readonly takesCacheKeys = false;
  readonly takesVariables = true;
  readonly id: string;
  readonly origin: string;
  readonly endpoint: string;
  readonly account: string | null;
  readonly executes?: Execution;

  constructor(
    private readonly options: PipelineOptions,
    private readonly ask: Transport,
  ) {
    this.id = options.id;
    this.origin = options.origin;
    this.endpoint = options.endpoint;
    this.account = options.account;
    if (options.executes !== undefined) this.executes = options.executes;
  }

  async complete(request: ModelRequest, { signal, onText, onFirstToken }: ModelCallOptions): Promise<ModelResponse> {
    const { id, model, now } = this.options;
    const started = now();
    const text = await this.ask(JSON.stringify(pipelineRequest(model, request)), signal);
    const answer = pipelineAnswer(id, text, now() - started);
    onFirstToken?.();
    onText?.(answer.output);
    return answer;
  }
}

export function httpTransport(id: string, url: string, apiKey: string | null, deadlineMs: number): Transport {
  return async (body, signal) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    const hidden = (text: string): string => hideKey(text, apiKey);
    try {
      const response = await keepAliveFetch(url, {
        method: 'POST',
        body,
        signal: deadline,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        },
      });
      const text = hideKey(await response.text(), apiKey);
      if (response.ok) return text;
      const answer = parseJson(text);
      const reported = isJsonObject(answer) ? (answer['error'] ?? answer) : text;
      throw new ProviderError(
        failureOfError(reported, response.status),
        `${id}: status ${response.status}: ${hidden(excerpt((errorMessage(reported) ?? text).trim(), 300))}`,
        response.status,
        retryAfterOf(response.headers, Date.now()),
      );
    } catch (error) {
      if (isProviderError(error)) throw error;
      if (signal.aborted) throw new ProviderError('aborted', 'The call was cancelled.');
      if (deadline.aborted) throw new ProviderError('timeout', `${id} did not finish within ${deadlineMs / 1000} s.`);
      throw new ProviderError(
        'connection',
        `No connection to ${new URL(url).origin}: ${hidden(messageOf(error))}`,
        null,
        null,
        'Check that the pipeline is running and that its address is correct.',
      );
    }
  };
}

/** What a command of goldset.yaml executes. `provider`: its name there. */
export const commandExecution = (provider: string, { command, env }: CommandTargetConfig): CommandExecution => ({
  kind: 'command',
  provider,
  command,
  env,
});

/** Runs the program in `cwd`, once for each call, if it is permitted. */
export function commandTransport(id: string, execution: CommandExecution, timeout: number, cwd: string, permit: Permit): Transport {
  const { env } = execution;
  const [program = '', ...args] = execution.command;
  return async (input, signal) => {
    permit(execution);
    const job = { command: program, args, cwd, env: variables(env), input, timeoutMs: timeout * 1000, signal, answer: 'stdout' } as const;
    const { answer, printed, code } = await runProcess(job).catch((error: unknown) => {
      throw stopped(id, error, signal);
    });
    if (code === 0) return answer;
    throw new ProviderError('bad-request', `${id} ended with exit code ${code ?? 'none'}.${lastOutput(printed)}`);
  };
}

function stopped(id: string, error: unknown, signal: AbortSignal): unknown {
  if (!isHumanError(error)) return error;
  if (signal.aborted) return new ProviderError('aborted', 'The call was cancelled.');
  if (error.code === 'process/timeout') return new ProviderError('timeout', `${id}: ${error.message}`);
  return new ProviderError('bad-request', `${id}: ${error.message}`);
}
