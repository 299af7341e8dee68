/** `prompt-deployments.yaml`: names that point at versions, by prompt. Comments and order stay when a name moves. */
import { isMap, parseDocument } from 'yaml';
import { Diagnostics, type Diagnostic } from '../problems/diagnostics.ts';
import { HumanError } from '../problems/errors.ts';
import { isJsonObject, type JsonValue } from '../json/json.ts';
import { LineIndex } from '../text/text.ts';
import { noYaml, readYaml, type YamlSource } from '../yaml/yaml.ts';

export interface Deployment {
  /** Path of the prompt from the workspace's root. */
  readonly prompt: string;
  readonly name: string;
  readonly version: string;
  /** The commit that has this version; null: not said. */
  readonly commit: string | null;
}

export const DEPLOYMENTS_FILE = 'prompt-deployments.yaml';

export interface ReadDeployments {
  readonly deployments: readonly Deployment[];
  /** What of the file is not read, as sentences with file, line and what to do. */
  readonly problems: readonly string[];
}

/** What cannot be read points at nothing, and is said. */
export function readDeployments(text: string): ReadDeployments {
  const diagnostics = new Diagnostics(DEPLOYMENTS_FILE);
  const yaml = readYaml(text, diagnostics) ?? noYaml();
  const { value } = yaml;
  if (value !== null && !isJsonObject(value))
    diagnostics.error(
      'deployments/syntax',
      'It must be a map of prompts.',
      yaml.rangeOf([]),
      'Write it with: goldset deploy PROMPT NAME REF',
    );
  const deployments = Object.entries(isJsonObject(value) ? value : {}).flatMap(([prompt, names]): Deployment[] => {
    if (isJsonObject(names))
      return Object.entries(names).flatMap(([name, target]) => deploymentAt(yaml, diagnostics, { prompt, name, target }));
    diagnostics.error('deployments/names', `\`${prompt}\` must be a map of names.`, yaml.rangeOf([prompt]), HOW);
    return [];
  });
  const lines = new LineIndex(text);
  return { deployments, problems: diagnostics.list.map((item) => problemText(item, lines)) };
}

const HOW = 'Write it as `NAME: { version: VERSION }`, or with: goldset deploy PROMPT NAME REF';

function deploymentAt(
  yaml: YamlSource,
  diagnostics: Diagnostics,
  { prompt, name, target }: { readonly prompt: string; readonly name: string; readonly target: JsonValue },
): Deployment[] {
  if (isJsonObject(target) && typeof target['version'] === 'string') {
    const { version, commit } = target;
    return [{ prompt, name, version, commit: typeof commit === 'string' ? commit : null }];
  }
  diagnostics.error('deployments/version', `\`${name}\` of ${prompt} has no \`version\` that is text.`, yaml.rangeOf([prompt, name]), HOW);
  return [];
}

function problemText({ path, message, hint, range }: Diagnostic, lines: LineIndex): string {
  const at = range === null ? '' : `:${lines.range(range).start.line + 1}`;
  return `${path}${at}: ${message}${hint === undefined ? '' : ` ${hint}`}`;
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
