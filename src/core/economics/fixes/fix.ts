/** Edits that take a finding away without a change of meaning, where there is one. */
import { quantity, usd } from '../../figures.ts';
import type { TextEdit } from '../../text.ts';
import type { Evidence, Finding } from '../findings/finding.ts';
import { expectedObjects, suggestedLimit } from '../findings/output.ts';
import { addSchema, setOutputLimit } from './front-matter-edits.ts';
import { impliedSchema } from './implied-schema.ts';
import { moveStaticFirst } from './move-static.ts';

export interface Fix {
  /** What it does and saves, for a menu. */
  readonly title: string;
  /** Of the prompt's file. */
  readonly edits: readonly TextEdit[];
}

/** Null: a person has to decide. */
export function suggestFixes(finding: Finding, evidence: Evidence): Fix | null {
  switch (finding.code) {
    case 'prefix/volatile-first':
    case 'prefix/nondeterministic': {
      const moved = moveStaticFirst(finding, evidence);
      if (moved === null) return null;
      const saving = finding.savingPerThousandUsd === null ? '' : `, ${usd(finding.savingPerThousandUsd)} per 1,000 calls`;
      return {
        title: `Move static text before the first variable (${quantity(moved.tokens, 'more cacheable token')}${saving})`,
        edits: moved.edits,
      };
    }
    case 'output/no-limit': {
      const limit = suggestedLimit(evidence);
      const edit = limit === null ? null : setOutputLimit(evidence.text, evidence.reading.document, limit);
      return edit === null ? null : { title: `Limit the answer to ${quantity(limit, 'token')}`, edits: [edit] };
    }
    case 'output/prose-for-data': {
      const schema = impliedSchema(expectedObjects(evidence));
      const edit = schema === null ? null : addSchema(evidence.text, evidence.reading.document, schema);
      return edit === null ? null : { title: 'Add the schema that the golden cases expect', edits: [edit] };
    }
    default:
      return null;
  }
}
