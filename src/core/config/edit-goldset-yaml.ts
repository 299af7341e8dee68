/** Changes to goldset.yaml that leave what a person wrote as it is: comments, order, everything else. */
import { isMap, parseDocument } from 'yaml';
import { isJsonObject, type JsonObject } from '../json/json.ts';
import { ConfigurationError } from '../problems/errors.ts';

/** The text with `judge.prompts.NAME` set. @throws {ConfigurationError} when the text is no YAML mapping. */
export function withJudgePrompt(text: string, name: string, path: string): string {
  const document = editable(text);
  document.setIn(['judge', 'prompts', name], path);
  return document.toString(FORMAT);
}

const FORMAT = { lineWidth: 0, flowCollectionPadding: true } as const;

function editable(text: string): ReturnType<typeof parseDocument> {
  const document = parseDocument(text);
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents)))
    throw new ConfigurationError('config/yaml', 'goldset.yaml can’t be edited while it has errors.', 'Fix the errors first; see Problems.');
  return document;
}

/**
 * The text with an entry of `prompts:` that has these values beside those that it has. `key`: the path of a prompt from the root, or the name
 * of a prompt of several files. @throws {ConfigurationError} when the text is no YAML mapping.
 */
export function withPromptEntry(text: string, key: string, values: JsonObject): string {
  const document = editable(text);
  const at = ['prompts', key];
  if (!isMap(document.getIn(['prompts']))) document.setIn(['prompts'], document.createNode({}));
  if (!isMap(document.getIn(at))) document.setIn(at, document.createNode({}));
  for (const [name, value] of Object.entries(values)) {
    // Parameters that are there stay.
    if (name === 'parameters' && isJsonObject(value) && isMap(document.getIn([...at, name])))
      for (const [parameter, set] of Object.entries(value)) document.setIn([...at, name, parameter], document.createNode(set));
    else document.setIn([...at, name], document.createNode(value));
  }
  return document.toString(FORMAT);
}
