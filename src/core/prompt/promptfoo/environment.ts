/** `{{env.NAME}}` of a promptfoo config: it gives only variables that the user listed, outside every repository, and never a key. */
import { isKeyName, mayBeSupplied } from '../../trust/variable-names.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { isJsonObject, type JsonObject } from '../../json/json.ts';
import { withoutBom } from '../../text/text.ts';
import { readYaml } from '../../yaml/yaml.ts';
import type { PlacedFile } from './place.ts';

/** What of the user's environment a config may read. */
export interface ReadableEnvironment {
  /** The variables that the user listed, with their values; null: it is not set. */
  readonly allowed: ReadonlyMap<string, string | null>;
  /** Names that providers and sources use as keys: no list makes them readable. */
  readonly keys: ReadonlySet<string>;
  /** Why the list cannot be read; null: it can. */
  readonly problem: string | null;
}

/** The values of the variables that a text names, or why one of them is not given. */
export type NamedEnvironment = { readonly values: JsonObject } | { readonly problem: string };

const TAG = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const NAMES = /(?<![\w.])env\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:'([A-Za-z_]\w*)'|"([A-Za-z_]\w*)")\s*\]|(\[))/g;

/** The variables of the environment that a template names, each once. A name that only rendering gives is the empty text. */
export const environmentNames = (template: string): string[] => [
  ...new Set(
    [...template.matchAll(TAG)].flatMap(([tag]) =>
      [...tag.matchAll(NAMES)].map(([, plain, single, double]) => plain ?? single ?? double ?? ''),
    ),
  ),
];

/** The values of all variables that a template names. `environment`: null where a file would be written from it. */
export function namedEnvironment(template: string, environment: ReadableEnvironment | null): NamedEnvironment {
  const values: JsonObject = {};
  for (const name of environmentNames(template)) {
    const problem = problemOf(name, environment);
    if (problem !== null) return { problem };
    values[name] = environment?.allowed.get(name) ?? '';
  }
  return { values };
}

function problemOf(name: string, environment: ReadableEnvironment | null): string | null {
  if (name === '') return '`env[…]` does not name its variable in the text, so it is not read. Write `{{env.NAME}}`.';
  const tag = `\`{{env.${name}}}\``;
  if (environment === null) return `${tag} is a variable of the environment, which is not read here.`;
  if (isKeyName(name) || environment.keys.has(name))
    return `${tag}: ${name} is a key or another secret, which is never put into prompts and cases. Remove it here.`;
  if (environment.problem !== null) return `${tag} is not read: ${environment.problem}`;
  const value = environment.allowed.get(name);
  if (value === undefined)
    return `${tag} is not among the variables that you let prompts and cases read. To allow it on this machine, run: goldset env allow ${name}`;
  return value === null ? `${tag}: ${name} is not set in the environment. Set it, or write the text as a variable under \`vars\`.` : null;
}

/** `env` of a config: its variables whose text is known. One that a template gives is in the environment already. */
export function configEnvironment(text: string): readonly (readonly [name: string, value: string])[] {
  const root = readYaml(withoutBom(text), new Diagnostics('config'))?.value;
  const env = isJsonObject(root) ? root['env'] : undefined;
  return Object.entries(isJsonObject(env) ? env : {}).flatMap(([name, value]) =>
    (typeof value === 'string' && !value.includes('{{')) || typeof value === 'number' ? [[name, String(value)] as const] : [],
  );
}

/** What is said of `env` where it stands: what it supplies, and what is ignored. */
export function reportEnvironment({ diagnostics, yaml }: PlacedFile, root: JsonObject): void {
  const { env } = root;
  if (!isJsonObject(env) || Object.keys(env).length === 0) return;
  for (const name of Object.keys(env)) {
    if (mayBeSupplied(name)) continue;
    const message = `\`env.${name}\` is ignored: a config directs neither Goldset nor Node, and names no proxy and no address of a provider.`;
    diagnostics.warning('promptfoo/env', message, yaml.keyRangeOf(['env', name]), 'Set it in the environment.');
  }
  const supplied = Object.keys(env).filter(mayBeSupplied);
  if (supplied.length > 0)
    diagnostics.info(
      'promptfoo/env',
      '`env` supplies only keys that a provider or a source names, to commands that name this config; `{{env.NAME}}` and the editor do not read it.',
      yaml.keyRangeOf(['env']),
    );
}
