/** Edits that take a finding away, without a change of meaning unless they say so. */
import { quantity, usd } from '../../display/figures.ts';
import type { JsonObject } from '../../json/json.ts';
import type { TextEdit } from '../../text/text.ts';
import type { Evidence, Finding } from '../findings/finding.ts';
import { expectedObjects } from '../findings/output-fields.ts';
import { namedLimit } from '../findings/output-limit.ts';
import { misfitsOf } from '../findings/model.ts';
import type { ParameterMisfit } from '../parameter-fit.ts';
import { parameterPlace, replaceParameter, writtenName } from './parameter-edits.ts';
import { addSchema, setOutputLimit } from './front-matter-edits.ts';
import { impliedSchema } from './implied-schema.ts';
import { moveStaticFirst } from './move-static.ts';
import { switchToSuccessor } from './successor.ts';

export interface Fix {
  /** What it does and saves, for a menu. */
  readonly title: string;
  /** Of the prompt's file. */
  readonly edits: readonly TextEdit[];
  /** Values for the prompt's entry under `prompts:` in goldset.yaml, where its file cannot hold them. */
  readonly settings?: JsonObject;
  /** It changes what the prompt does, so it is never applied unasked, and is better compared first: with this model. */
  readonly compareWith?: string;
}

/** With what it saves in its title, where that is known. Null: a person has to decide. */
export function suggestFixes(finding: Finding, evidence: Evidence): Fix | null {
  const fix = fixOf(finding, evidence);
  const saving = finding.savingPerThousandUsd;
  if (fix === null || saving === null || saving <= 0) return fix;
  const saves = `saves ${usd(saving)} per 1,000 calls`;
  return { ...fix, title: fix.title.endsWith(')') ? `${fix.title.slice(0, -1)}, ${saves})` : `${fix.title} (${saves})` };
}

function fixOf(finding: Finding, evidence: Evidence): Fix | null {
  // What a function builds stands in no file.
  if (evidence.reading.document.template.kind === 'built') return null;
  const { format } = evidence.reading.document;
  // Its texts are YAML or files of their own: a change of one is the user's.
  if (format === 'promptfoo' || format === 'baml') return null;
  // Plain text and code have no place for settings.
  const isInSettings = format === 'text' || format === 'code';
  switch (finding.code) {
    case 'prefix/volatile-first':
    case 'prefix/nondeterministic': {
      const moved = moveStaticFirst(finding, evidence);
      if (moved === null) return null;
      return {
        title: `Move static text before the first variable (${quantity(moved.tokens, 'more cacheable token')})`,
        edits: moved.edits,
      };
    }
    case 'output/no-limit': {
      const limit = namedLimit(evidence);
      const title = limit === null ? '' : `Limit the answer to ${quantity(limit, 'token')}`;
      if (isInSettings) return limit === null ? null : { title, edits: [], settings: { parameters: { maxOutputTokens: limit } } };
      const edit = limit === null ? null : setOutputLimit(evidence.text, evidence.reading.document, limit);
      return edit === null ? null : { title, edits: [edit] };
    }
    case 'output/prose-for-data': {
      const schema = impliedSchema(expectedObjects(evidence));
      const title = 'Add the schema that the golden cases expect';
      if (isInSettings) return schema === null ? null : { title, edits: [], settings: { output: { format: 'json', schema } } };
      const edit = schema === null ? null : addSchema(evidence.text, evidence.reading.document, schema);
      return edit === null ? null : { title, edits: [edit] };
    }
    case 'model/unsupported-parameter': {
      const misfit = isInSettings ? null : misfitOf(finding, evidence);
      if (misfit === null) return null;
      const { parameter, effect, instead } = misfit;
      const edit = replaceParameter(evidence.text, evidence.reading.document, parameter, effect === 'ignored' ? null : instead);
      const isRemoved = effect === 'ignored' || instead === null;
      const name = writtenName(evidence.text, evidence.reading.document, parameter);
      const value = typeof instead === 'string' ? instead : JSON.stringify(instead);
      return edit === null ? null : { title: isRemoved ? `Remove \`${name}\`` : `Set \`${name}\` to ${value}`, edits: [edit] };
    }
    case 'model/retirement': {
      const switched = isInSettings ? null : switchToSuccessor(evidence);
      if (switched === null) return null;
      return { title: `Switch to ${switched.to}, its successor`, edits: [switched.edit], compareWith: switched.to };
    }
    default:
      return null;
  }
}

/** The misfit that a finding is about: the one that is written where it points to. */
function misfitOf({ range }: Finding, evidence: Evidence): ParameterMisfit | null {
  const { text, reading } = evidence;
  const isThere = ({ parameter }: ParameterMisfit): boolean =>
    range !== null && parameterPlace(text, reading.document, parameter)?.key.start === range.start;
  return misfitsOf(evidence).find(isThere) ?? null;
}
