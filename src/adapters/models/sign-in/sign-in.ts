/** How a server is told who sends a request: a key, a token that a command prints, or a signature. Each goes to one origin, by consent. */
import { homedir } from 'node:os';
import { SIGNING_VARIABLES } from '../../../core/config/own-origins.ts';
import type { TokenCommand } from '../../../core/config/providers.ts';
import { ConfigurationError, ProviderError } from '../../../core/problems/errors.ts';
import type { Execution, Permit } from '../../../core/trust/execution.ts';
import type { Endpoint } from '../endpoint.ts';
import { FETCH_ERRORS } from '../fetch-errors.ts';
import type { Sdk } from '../http-client.ts';
import { keyFor, requireTokenConsent, type KeySource } from '../keys.ts';
import type { AwsCredentials } from './printed-token.ts';
import { runTokenCommand, signInExecution } from './token-command.ts';
import { TokenHolder, type TokenHolders } from './token-holder.ts';
import { statusOf, tokenSdk } from './token-sdk.ts';

export interface SignInOptions {
  readonly keys: KeySource;
  /** Folders of the workspace, from which no program prints a token; the first is where programs run. */
  readonly workspace: readonly [string, ...string[]];
  readonly mayRunPrograms: () => boolean;
  readonly permit: Permit;
  readonly tokens: TokenHolders;
  /** Nothing will be sent, so nothing is asked for. */
  readonly isFrozen: boolean;
  readonly deadlineMs: number;
}

export interface SignedIn {
  readonly sdk: Sdk;
  /** Null: it is not set, or it is not the same for all requests. */
  readonly apiKey: string | null;
  /** Whose answers they are, for the response cache: a key, or what stands for one that changes; null: anyone's. */
  readonly owner: string | null;
  /** The program that each sign-in runs; absent: none. */
  readonly executes?: Execution;
}

/** @throws {ConfigurationError} without a key or consent, and where the workspace is not trusted with its token command. */
export async function signIn(endpoint: Endpoint, options: SignInOptions): Promise<SignedIn> {
  const { deadlineMs } = options;
  if (options.isFrozen) return { sdk: await keyedSdk(endpoint, null, deadlineMs), apiKey: null, owner: null };
  if (endpoint.signIn !== null) return byToken(endpoint, endpoint.signIn, options);
  if (SIGNING_VARIABLES.some((variable) => variable === endpoint.keyVariable))
    throw new ConfigurationError(
      'key/signing',
      `${endpoint.keyVariable ?? ''} signs requests and is never sent, so it cannot be the key of ${endpoint.provider}.`,
      endpoint.format === 'converse'
        ? 'Remove `apiKeyEnv`: without it Goldset signs with the `AWS_*` variables. Or name that of a Bedrock key, such as AWS_BEARER_TOKEN_BEDROCK.'
        : 'Use `kind: bedrock`, or name the variable of a Bedrock key, such as AWS_BEARER_TOKEN_BEDROCK.',
    );
  if (endpoint.format === 'converse') return byAwsVariables(endpoint, options);
  const apiKey = await keyFor(endpoint, options.keys);
  return { sdk: await keyedSdk(endpoint, apiKey, deadlineMs), apiKey, owner: apiKey };
}

async function byToken(endpoint: Endpoint, command: TokenCommand, options: SignInOptions): Promise<SignedIn> {
  const { provider, baseUrl, format } = endpoint;
  const { keys, workspace, mayRunPrograms, permit, tokens, deadlineMs } = options;
  await requireTokenConsent(endpoint, keys);
  if (!mayRunPrograms())
    throw new ConfigurationError(
      'trust/command',
      `${provider} signs in with a program that goldset.yaml names, and this workspace is not trusted.`,
      'Trust the workspace first.',
    );
  const owner = JSON.stringify([command.command, command.env.map((name) => [name, keys.variable(name)])]);
  // Some programs load what is in the folder that they run in: that is not the repository's.
  const program = { provider, signIn: command, cwd: homedir(), workspace, permit, keys };
  const holder = tokens.of(
    JSON.stringify([new URL(baseUrl).origin, provider, workspace, owner]),
    () => new TokenHolder((signal) => runTokenCommand(program, signal), Date.now),
  );
  const executes = signInExecution(provider, command);
  const make = await sdkMaker(endpoint, deadlineMs);
  const isRefused = format === 'converse' ? isExpiredAws : (error: unknown) => statusOf(error) === 401;
  return { sdk: tokenSdk({ holder, make, errors: make(NO_TOKEN).errors, isRefused }), apiKey: null, owner, executes };
}

/** Of an SDK that sends nothing. */
const NO_TOKEN = 'none';

/** AWS says it with status 403, and a Bedrock API key's server with 401. */
function isExpiredAws(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== 403 || !(error instanceof Error)) return status === 401;
  const said = 'error' in error ? JSON.stringify(error.error) : '';
  return /expired/i.test(said);
}

/** As Bedrock's own: its API key, else the credentials that sign requests. */
async function byAwsVariables(endpoint: Endpoint, { keys, deadlineMs }: SignInOptions): Promise<SignedIn> {
  const { provider, baseUrl, keyVariable } = endpoint;
  const of = (variable: string): Promise<string | null> => keyFor({ provider, baseUrl, keyVariable: variable }, keys);
  const bearer = keyVariable ?? (keys.variable(BEARER) === null ? null : BEARER);
  const key = await keyFor({ provider, baseUrl, keyVariable: bearer }, keys);
  const make = await sdkMaker(endpoint, deadlineMs);
  if (key !== null) return { sdk: make(key), apiKey: key, owner: key };
  if (keys.variable('AWS_ACCESS_KEY_ID') === null || keys.variable('AWS_SECRET_ACCESS_KEY') === null)
    throw new ConfigurationError(
      'key/missing',
      `There are no AWS credentials for ${provider}: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ${BEARER}, are not set.`,
      'Set them, or give the provider a tokenCommand: [aws, configure, export-credentials, --format, process].',
    );
  const accessKeyId = (await of('AWS_ACCESS_KEY_ID')) ?? '';
  // Asked whether the variables may go to this server, the user has given it a key of its own: that is sent, and signs nothing.
  const own = await keys.keyForOrigin(new URL(baseUrl).origin);
  if (own !== null) return { sdk: make(own), apiKey: own, owner: own };
  const secretAccessKey = (await of('AWS_SECRET_ACCESS_KEY')) ?? '';
  const sessionToken = keys.variable('AWS_SESSION_TOKEN') === null ? null : await of('AWS_SESSION_TOKEN');
  const token: AwsCredentials = { accessKeyId, secretAccessKey, sessionToken };
  // The id of temporary credentials is another one every hour, for the same account.
  return { sdk: make(token), apiKey: null, owner: sessionToken === null ? accessKeyId : `temporary ${keys.variable('AWS_PROFILE') ?? ''}` };
}

const BEARER = 'AWS_BEARER_TOKEN_BEDROCK';

type SdkMaker = (token: string | AwsCredentials) => Sdk;

/** Loads the code of a client; what it makes then needs no waiting. */
async function sdkMaker({ id, format, baseUrl, dialect, region }: Endpoint, deadlineMs: number): Promise<SdkMaker> {
  if (format === 'converse') {
    const { bedrockSdk } = await import('../bedrock/sdk.ts');
    return (token) => bedrockSdk({ baseUrl, region: region ?? '', token });
  }
  const { keyHeader } = dialect;
  const { anthropicSdk, openaiSdk } =
    format === 'messages'
      ? { ...(await import('../anthropic/sdk.ts')), openaiSdk: null }
      : { anthropicSdk: null, ...(await import('../openai/sdk.ts')) };
  return (token) => {
    if (typeof token !== 'string') throw signsOnly(id);
    return anthropicSdk === null
      ? openaiSdk({ baseUrl, apiKey: token, keyHeader, deadlineMs })
      : anthropicSdk({ baseUrl, apiKey: token, deadlineMs });
  };
}

async function keyedSdk({ format, baseUrl, dialect }: Endpoint, apiKey: string | null, deadlineMs: number): Promise<Sdk> {
  if (format === 'converse') return UNSIGNED;
  if (format === 'messages') return (await import('../anthropic/sdk.ts')).anthropicSdk({ baseUrl, apiKey, deadlineMs });
  return (await import('../openai/sdk.ts')).openaiSdk({ baseUrl, apiKey, keyHeader: dialect.keyHeader, deadlineMs });
}

const signsOnly = (id: string): ProviderError =>
  new ProviderError(
    'authentication',
    `The token command of ${id} printed AWS credentials, and only a provider with \`kind: bedrock\` signs its requests.`,
    null,
    null,
    'Use `kind: bedrock`, or a command that prints a token.',
  );

const refuseToSend = (): Promise<never> => Promise.reject(new ProviderError('authentication', 'Nothing is sent with --cache frozen.'));

/** For a run that only reads known answers. */
const UNSIGNED: Sdk = { errors: FETCH_ERRORS, post: refuseToSend, get: refuseToSend };
