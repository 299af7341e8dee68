/** A golden case of an interaction: what went in as captured, what should have come out as a person said. */
import type { GoldenCase } from '../../golden/case.ts';
import type { NewCase } from '../../golden/edit/new-case.ts';
import { jsonEquals, parseJson, type JsonObject, type JsonValue } from '../../json.ts';
import { briefOf, correctionIn, flagOf } from './interaction-query.ts';
import type { Interaction } from './interaction.ts';

/**
 * `interaction`: with all that became known of it. `day`: today, for corrections without a time. `problem`: why it cannot be asked as it is.
 * The output itself is never what is expected.
 */
export function caseFrom(interaction: Interaction, taken: ReadonlySet<string>, day: string, problem: string | null = null): NewCase {
  const { id, prompt, variables, chunks } = interaction;
  const brief = briefOf(interaction, []);
  const correction = correctionIn(interaction);
  const version = prompt?.version ?? prompt?.contentHash ?? null;
  const source: JsonObject = { interaction: id, signal: flagOf(brief), ...(version === null ? {} : { version }) };
  const found = chunks.map(({ id: chunk, text, score }): JsonObject => ({ id: chunk, text, score }));
  return {
    id: freeId(
      `prod-${
        id
          .replace(/[^\w-]+/g, '-')
          .slice(0, 12)
          .replace(/^-+|-+$/g, '') || 'case'
      }`,
      taken,
    ),
    description: brief.asked === '' ? null : brief.asked.slice(0, 80),
    vars: variables,
    expected: correction === null ? null : expectedOf(correction.text),
    // Nobody has said what is right, or it cannot be asked yet: it is run and reported, and gates nothing.
    ...(correction === null || problem !== null ? { status: 'unverified' as const } : {}),
    // A list is one value, as it was in production.
    ...(Object.values(variables).some((value) => Array.isArray(value)) ? { expandLists: false as const } : {}),
    metadata: {
      source,
      ...(correction === null ? {} : { verified: { by: correction.by ?? 'unknown', at: (correction.time ?? day).slice(0, 10) } }),
      ...(found.length === 0 ? {} : { chunks: found }),
      ...(problem === null ? {} : { problem }),
    },
  };
}

/** A correction that is JSON is data: the output must contain it. Anything else is text. */
function expectedOf(text: string): JsonValue {
  const value = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return value ?? text;
}

/** Why a case cannot be asked as it is; null: it can. `inputs`: variables that the prompt reads. */
export function problemOfCase({ variables, messages }: Interaction, inputs: readonly string[]): string | null {
  const given = Object.keys(variables);
  const missing = inputs.filter((name) => !given.includes(name));
  if (missing.length === 0 || inputs.length === 0) return null;
  if (given.length > 0) return `It was captured without ${missing.join(', ')}, which the prompt uses.`;
  return messages.length > 0
    ? 'Only its messages were captured, not its variables: fill in `vars` of the case by hand, and record calls with the library to capture variables.'
    : 'No variables were captured: fill in `vars` of the case by hand, and record calls with the library to capture variables.';
}

/** The case that has the same variables; null: there is none. */
export const caseLike = (vars: JsonObject, cases: readonly Pick<GoldenCase, 'id' | 'vars'>[]): string | null =>
  Object.keys(vars).length === 0 ? null : (cases.find((item) => jsonEquals(item.vars, vars))?.id ?? null);

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted}-${i}`;
  return id;
}
