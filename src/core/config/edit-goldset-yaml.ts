/** Changes to goldset.yaml that leave what a person wrote as it is: comments, order, everything else. */
import { isMap, parseDocument } from 'yaml';
import { ConfigurationError } from '../errors.ts';

/** The text with `judge.prompts.NAME` set. @throws {ConfigurationError} when the text is no YAML mapping. */
export function withJudgePrompt(text: string, name: string, path: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents)))
    throw new ConfigurationError('config/yaml', 'goldset.yaml can’t be edited while it has errors.', 'Fix the errors first; see Problems.');
  document.setIn(['judge', 'prompts', name], path);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
