/** `prompt-deployments.yaml`: names that point at versions, by prompt. Comments and order stay when a name moves. */
import { isMap, parseDocument } from 'yaml';
import { HumanError } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

export interface Deployment {
  /** Path of the prompt from the workspace's root. */
  readonly prompt: string;
  readonly name: string;
  readonly version: string;
  /** The commit that has this version; null: not said. */
  readonly commit: string | null;
}

export const DEPLOYMENTS_FILE = 'prompt-deployments.yaml';

/** What cannot be read points at nothing. */
export function readDeployments(text: string): Deployment[] {
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0) return [];
  const value = document.toJS({ maxAliasCount: 100 }) as JsonValue;
  return Object.entries(isJsonObject(value) ? value : {}).flatMap(([prompt, names]) =>
    Object.entries(isJsonObject(names) ? names : {}).flatMap(([name, target]): Deployment[] => {
      if (!isJsonObject(target) || typeof target['version'] !== 'string') return [];
      const { version, commit } = target;
      return [{ prompt, name, version, commit: typeof commit === 'string' ? commit : null }];
    }),
  );
}

/** The file with one name moved. @throws {HumanError} when the file is no YAML map. */
export function withDeployment(text: string, { prompt, name, version, commit }: Deployment): string {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents)))
    throw new HumanError('deployments/syntax', `${DEPLOYMENTS_FILE} is not a YAML map of prompts.`, 'Fix it, or delete it.');
  if (document.contents === null) {
    const made = parseDocument('# Names that point at versions of prompts: goldset deploy PROMPT NAME REF\n{}\n');
    made.contents = made.createNode({}) as typeof made.contents;
    made.setIn([prompt, name], made.createNode({ version, ...(commit === null ? {} : { commit }) }));
    return made.toString({ lineWidth: 0 });
  }
  document.setIn([prompt, name], document.createNode({ version, ...(commit === null ? {} : { commit }) }));
  return document.toString({ lineWidth: 0 });
}

/** Git tags `prompt/<name>/<deployment>` of repositories that deployed before. */
export function deploymentTag(tag: string): { readonly prompt: string; readonly name: string } | null {
  const match = /^prompt\/(.+)\/([^/]+)$/.exec(tag);
  return match?.[1] !== undefined && match[2] !== undefined ? { prompt: match[1], name: match[2] } : null;
}
