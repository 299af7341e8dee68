/** `sources` of goldset.yaml: stores of production data that outgrow one machine, by the name that `--source` takes. */
import { isJsonObject, type JsonObject } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';
import { addressProblem, isUnencrypted, isVariableName } from './key-pair.ts';

export interface SourceConfig {
  /** Address of the HTTP interface, without user info. */
  readonly clickhouse: string;
  readonly database: string;
  /** Null: the only one that has a known shape. */
  readonly table: string | null;
  readonly user: string;
  /** Null: the user has no password. */
  readonly passwordEnv: string | null;
  /** Own names of columns, by those that the shape has. */
  readonly map: ReadonlyMap<string, string>;
  /** Who may append to the table that a team shares its feedback in; null: not configured. */
  readonly feedback: { readonly user: string; readonly passwordEnv: string | null } | null;
}

const SOURCE_KEYS = ['clickhouse', 'database', 'table', 'user', 'passwordEnv', 'map', 'feedback'];

/** A name that is also the name of a folder: `--source prod`. */
const SOURCE_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** What is wrong is reported; a source that cannot be used is not in the list. */
export function readSources(fields: Fields, root: JsonObject): Map<string, SourceConfig> {
  const sources = fields.object(root, ['sources']) ?? {};
  return new Map(
    Object.keys(sources).flatMap((name): [string, SourceConfig][] => {
      const path = ['sources', name];
      const value = fields.object(sources, path);
      if (value === null) return [];
      fields.unknownKeys(value, SOURCE_KEYS, path);
      const before = fields.diagnostics.list.length;
      if (!SOURCE_NAME.test(name))
        fields.report(path, `A source needs a name of letters, digits, \`.\`, \`_\` and \`-\`, not "${name.slice(0, 60)}".`);
      const clickhouse = addressOf(fields, value, [...path, 'clickhouse'], name);
      const source = {
        database: nameOf(fields, value, [...path, 'database']) ?? 'default',
        table: nameOf(fields, value, [...path, 'table']),
        user: nameOf(fields, value, [...path, 'user']) ?? 'default',
        passwordEnv: variableOf(fields, value, [...path, 'passwordEnv']),
        map: columnsOf(fields, value, [...path, 'map']),
        feedback: feedbackOf(fields, value, [...path, 'feedback']),
      };
      const isBroken = fields.diagnostics.list.slice(before).some(({ severity }) => severity === 'error');
      return clickhouse === null || isBroken ? [] : [[name, { clickhouse, ...source }]];
    }),
  );
}

function addressOf(fields: Fields, value: JsonObject, path: readonly string[], name: string): string | null {
  const text = fields.string(value, [...path]);
  const problem = text === null ? 'there is no address' : addressProblem(text);
  if (text !== null && problem === null && isUnencrypted(text)) {
    fields.report(
      [...path],
      `The source \`${name}\` has an address without encryption. What is read there and its password travel only over https, except to this machine.`,
      'Write an address that starts with https://.',
    );
    return null;
  }
  if (text === null || problem !== null) {
    fields.report(
      [...path],
      `The source \`${name}\` needs \`clickhouse\`, an address that starts with https://: ${problem ?? ''}.`,
      /user name or password/.test(problem ?? '')
        ? 'Write the user as `user`, and the variable of the password as `passwordEnv`.'
        : undefined,
    );
    return null;
  }
  return text;
}

/** A text that is not empty. Null: it is not given. */
function nameOf(fields: Fields, value: JsonObject, path: readonly string[]): string | null {
  const text = fields.string(value, [...path]);
  if (text === '') fields.report([...path], `\`${path.join('.')}\` must not be empty.`);
  return text === '' ? null : text;
}

function variableOf(fields: Fields, value: JsonObject, path: readonly string[]): string | null {
  const name = fields.string(value, [...path]);
  if (name === null || isVariableName(name)) return name;
  fields.report(
    [...path],
    `\`${path.join('.')}\` must be the name of an environment variable: letters, digits and \`_\`.`,
    'The password itself is never written into goldset.yaml.',
  );
  return null;
}

function columnsOf(fields: Fields, value: JsonObject, path: readonly string[]): Map<string, string> {
  const given = fields.object(value, [...path]) ?? {};
  return new Map(
    Object.keys(given).flatMap((column): [string, string][] => {
      const own = nameOf(fields, given, [...path, column]);
      return own === null ? [] : [[column, own]];
    }),
  );
}

function feedbackOf(fields: Fields, value: JsonObject, path: readonly string[]): SourceConfig['feedback'] {
  const given = fields.object(value, [...path]);
  if (!isJsonObject(given)) return null;
  fields.unknownKeys(given, ['user', 'passwordEnv'], [...path]);
  const user = nameOf(fields, given, [...path, 'user']);
  if (user === null) fields.report([...path], `\`${path.join('.')}\` needs a \`user\` that may append to the feedback table.`);
  const passwordEnv = variableOf(fields, given, [...path, 'passwordEnv']);
  return user === null ? null : { user, passwordEnv };
}
