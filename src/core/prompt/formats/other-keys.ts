/** Keys of a prompt file that Goldset does not read: a slip is a warning, what belongs to other tools is said once. */
import { nearestWord } from '../../problems/did-you-mean.ts';
import type { JsonObject } from '../../json/json.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';
import { isParameterName } from './parameters.ts';

/** `parametersKey`: the key of this format that holds the sampling parameters; null: they are in goldset.yaml. */
export function reportOtherKeys(fields: Fields, root: JsonObject, known: readonly string[], parametersKey: string | null): void {
  const others: string[] = [];
  const slips: JsonObject = {};
  for (const [key, value] of Object.entries(root)) {
    if (known.includes(key)) continue;
    if (isParameterName(key))
      fields.diagnostics.warning(
        'prompt/misplaced-parameter',
        `\`${key}\` is not read here.`,
        fields.source.keyRangeOf([key]),
        parametersKey === null
          ? 'Move it to `parameters` of this prompt under `prompts:` in goldset.yaml.'
          : `Move it under \`${parametersKey}\`.`,
      );
    else if (nearestWord(key, known) !== null) slips[key] = value;
    else others.push(key);
  }
  fields.unknownKeys(slips, known);
  const [first] = others;
  if (first !== undefined)
    fields.diagnostics.info(
      'prompt/other-key',
      `Goldset does not use ${others.length === 1 ? 'the key' : 'the keys'} ${others.map((key) => `\`${key}\``).join(', ')}.`,
      fields.source.keyRangeOf([first]),
    );
}
