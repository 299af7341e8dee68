/**
 * `--env-file`: keys from a file. It may have come with a repository, so it supplies only variables that a provider or a source names, and
 * none that directs Goldset, Node, a proxy or an address.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { mayBeSupplied } from '../../core/trust/variable-names.ts';
import { ConfigurationError, isConfigurationError, messageOf } from '../../core/problems/errors.ts';
import { withoutBom } from '../../core/text/text.ts';

/** Bytes; files of variables have a few hundred. */
const MOST_BYTES = 1 << 20;

export interface EnvironmentFile {
  readonly variables: ReadonlyMap<string, string>;
  /** Names in the file that no file may supply, sorted. */
  readonly ignored: readonly string[];
}

/** `addresses`: further names that no file may supply. @throws {ConfigurationError} `env/missing` when the file cannot be read, `env/too-large`. */
export function readEnvironmentFile(file: string, named: ReadonlySet<string>, addresses: readonly string[]): EnvironmentFile {
  const all = Object.entries(parseEnv(withoutBom(textOf(file))));
  const isIgnored = (name: string): boolean => !mayBeSupplied(name) || addresses.includes(name);
  return {
    variables: new Map(all.flatMap(([name, value]) => (value !== undefined && named.has(name) && !isIgnored(name) ? [[name, value]] : []))),
    ignored: all.flatMap(([name]) => (isIgnored(name) ? [name] : [])).sort(),
  };
}

/** A pipe such as `<(op read …)` says no size, and a device has no end: what arrives is counted. */
function textOf(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return withinLimit(file, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isConfigurationError(error)) throw error;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ConfigurationError(
      'env/missing',
      isMissing ? `Environment file not found: ${file}.` : `The environment file ${file} cannot be read: ${messageOf(error)}.`,
      'Check --env-file.',
    );
  }
}

function withinLimit(file: string, descriptor: number): string {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let size = 0;
  for (let read = -1; read !== 0 && size < bytes.length; size += read) read = readSync(descriptor, bytes, size, bytes.length - size, null);
  if (size > MOST_BYTES)
    throw new ConfigurationError('env/too-large', `The environment file ${file} is larger than 1 MB.`, 'Check --env-file.');
  return bytes.toString('utf8', 0, size);
}
