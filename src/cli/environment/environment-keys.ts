/** Keys on the command line: from the environment and `--env-file`, sent where a flag, `GOLDSET_ALLOW`, or an answer at the terminal allows. */
import { LANGFUSE_HOSTS, LANGFUSE_KEYS } from '../../adapters/import/langfuse-client.ts';
import { namedVariables, type ForeignKey, type KeySource } from '../../adapters/models/keys.ts';
import { AllowedKeys, pairsOfEnvironment } from '../../adapters/storage/allowed-keys.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { allowsPair, pairText, readPair, type AllowedPair } from '../../core/config/key-pair.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Arguments } from '../arguments.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { environmentOfConfigs } from './config-environment.ts';
import { confirm, isInteractive, stderr } from '../output.ts';

/** @throws {ConfigurationError} when `--allow-origin`, `GOLDSET_ALLOW` or `--env-file` cannot be used. */
export function environmentKeys(args: Arguments, config: Pick<GoldsetConfig, 'providers' | 'sources'>): KeySource {
  const named = new Set([...namedVariables(config), ...LANGFUSE_KEYS]);
  const variable = variablesOf(args.text('env-file'), named, environmentOfConfigs(args.paths, named, LANGFUSE_HOSTS));
  const given = [
    ...args.texts('allow-origin').map((text) => pairOf(text, config)),
    ...pairsOfEnvironment(process.env['GOLDSET_ALLOW'] ?? ''),
  ];
  const remembered = new AllowedKeys();
  const isAllowed: KeySource['isAllowed'] = (pair) => given.some((allowed) => allowsPair(allowed, pair)) || remembered.has(pair);
  const source: KeySource = { keyForOrigin: () => Promise.resolve(null), variable, isAllowed };
  if (!isInteractive() || args.flag('yes')) return source;
  return { ...source, mayLeave: oneByOne((key) => askAbout(key, remembered)) };
}

/** The value of a variable of the environment, else of the file, else of a promptfoo config. */
function variablesOf(file: string | null, named: ReadonlySet<string>, configs: ReadonlyMap<string, string>): KeySource['variable'] {
  const read = file === null ? null : readEnvironmentFile(file, named, LANGFUSE_HOSTS);
  if (file !== null && read !== null && read.ignored.length > 0)
    stderr.write(
      `${file}: ${read.ignored.join(', ')} ignored. An environment file supplies only the keys that providers and sources name; set these in the environment.\n`,
    );
  return (name) => {
    const value = (Object.hasOwn(process.env, name) ? process.env[name] : (read?.variables.get(name) ?? configs.get(name)))?.trim();
    return value === undefined || value === '' ? null : value;
  };
}

function pairOf(text: string, config: Pick<GoldsetConfig, 'providers' | 'sources'>): AllowedPair {
  const pair = readPair(text);
  if (typeof pair !== 'string') return pair;
  if (/^https?:/i.test(text) && URL.canParse(text))
    throw new ConfigurationError(
      'usage',
      `--allow-origin ${text} names no variable: an origin is allowed for one variable at a time.`,
      `Write: ${pairsAt(text, config)
        .map((known) => `--allow-origin ${known}`)
        .join(' ')}`,
    );
  throw new ConfigurationError(
    'usage',
    `--allow-origin "${text}" ${pair}.`,
    'Write VARIABLE@URL, such as --allow-origin MODELS_KEY@https://models.example.com.',
  );
}

/** The pairs that goldset.yaml has for the origin of an address, else one with a placeholder. */
function pairsAt(address: string, { providers, sources }: Pick<GoldsetConfig, 'providers' | 'sources'>): string[] {
  const { origin } = new URL(address);
  const variables = [...providers.values()].flatMap((provider) => {
    const given = provider.kind === 'command' ? null : provider.kind === 'http' ? provider.url : provider.baseUrl;
    const named = provider.kind === 'command' ? null : provider.apiKeyEnv;
    return given !== null && named !== null && new URL(given).origin === origin ? [named] : [];
  });
  for (const { clickhouse, passwordEnv, feedback } of sources.values())
    if (new URL(clickhouse).origin === origin)
      variables.push(...[passwordEnv, feedback?.passwordEnv ?? null].filter((variable) => variable !== null));
  return (variables.length > 0 ? [...new Set(variables)] : ['VARIABLE']).map((variable) => pairText({ variable, origin }));
}

/** One question at a time; a pair that was answered meanwhile is not asked about again. */
function oneByOne(ask: (key: ForeignKey) => Promise<'send' | 'no'>): (key: ForeignKey) => Promise<'send' | 'no'> {
  const answers = new Map<string, Promise<'send' | 'no'>>();
  let last: Promise<unknown> = Promise.resolve();
  return (key) => {
    const known = answers.get(pairText(key)) ?? last.then(() => ask(key));
    answers.set(pairText(key), known);
    last = known;
    return known;
  };
}

/** Names both: whose key it is, and who would get it. */
async function askAbout(key: ForeignKey, remembered: AllowedKeys): Promise<'send' | 'no'> {
  const { provider, variable, origin, home, isToken, namedBy } = key;
  stderr.write(
    `${namedBy ?? `"${provider}" in goldset.yaml`} would send ${isToken === true ? 'the token that its token command prints' : variable} to ${origin}. ` +
      (isToken === true ? '' : home === null ? 'It is not known where this key belongs. ' : `This key belongs to ${home}. `) +
      `The operator of ${origin} could read the ${isToken === true ? 'token' : 'key'} and use it.${/xn--/.test(origin) ? ' The name of this server contains letters that may look like others.' : ''}\n`,
  );
  if (!(await confirm(`Send ${variable} to ${origin}, now and later? [y/N] `))) return 'no';
  remembered.add(key);
  stderr.write(`Remembered in ${remembered.file}. Delete the line ${pairText(key)} there to take it back.\n`);
  return 'send';
}
