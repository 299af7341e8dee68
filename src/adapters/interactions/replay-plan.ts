/** New cases over the version that answered in production, and over what it said then, as one run: whether the same assertion fails. */
import { assertionsOf } from '../../core/golden/case-assertions.ts';
import { capturedParameters } from '../../core/feedback/interactions/captured-request.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Result } from '../../core/results/result.ts';
import { overParameters } from '../../core/run/over-parameters.ts';
import type { Candidate, Plan } from '../../core/run/plan.ts';
import { sha256 } from '../hash.ts';
import { givenAnswer } from './given-answer.ts';

export interface ReplayItem {
  readonly interaction: Interaction;
  readonly goldenCase: GoldenCase;
  /** The prompt as it was when it answered. */
  readonly target: RunTarget;
  /** The model that answered. */
  readonly client: ModelClient;
}

export function replayPlan(items: readonly ReplayItem[]): Plan {
  const candidates = items.flatMap((item): Plan['candidates'] => {
    const { goldenCase, interaction, target, client } = item;
    const { document } = target;
    // What the prompt's own file checks is not why this answer was wrong.
    const own = { ...target, document: { ...document, embedded: { cases: [], assertions: [] } }, cases: [goldenCase] };
    const cases = [{ goldenCase, assertions: assertionsOf(goldenCase, []) }];
    const candidate = (of: ReplaySide, by: ModelClient): Candidate => ({
      id: idOf(interaction.id, of),
      target: own,
      client: by,
      parameters: overParameters(document.parameters, capturedParameters(interaction.parameters)),
    });
    const then =
      interaction.output === null
        ? []
        : [candidate('then', givenAnswer('recorded answer', interaction.output, `given:${sha256(interaction.output)}`))];
    return [...then, candidate('again', client)].map((each) => ({ candidate: each, cases }));
  });
  return { candidates, repeats: 1, comparisons: [], shard: null };
}

type ReplaySide = 'then' | 'again';
const idOf = (interaction: string, side: ReplaySide): string => sha256(`${side} ${interaction}`).slice(0, 12);

export interface ReplayedCase {
  /** Whether the version that answered fails the same assertion as its answer in production; null: not known. */
  readonly reproduces: boolean | null;
  /** A sentence. */
  readonly reason: string;
}

/** `results`: those of the plan. */
export function replayedOf({ id, output }: Pick<Interaction, 'id' | 'output'>, results: readonly Result[]): ReplayedCase {
  const of = (side: ReplaySide): Result | undefined => results.find(({ candidate }) => candidate === idOf(id, side));
  const [then, again] = [of('then'), of('again')];
  const unknown = [...(output === null ? [] : [then]), again].find((result) => result === undefined || result.verdict === 'error');
  if (unknown !== undefined || again === undefined) return { reproduces: null, reason: unknown?.error?.message ?? 'It was not answered.' };
  const failing = failedIn(then ?? again);
  if (failing.size === 0) return { reproduces: false, reason: 'The recorded output passes the case.' };
  const same = [...failedIn(again)].filter((at) => failing.has(at));
  if (same.length > 0) return { reproduces: true, reason: again.assertions[same[0] ?? 0]?.reason ?? '' };
  const other = again.verdict === 'pass' ? 'passes' : 'fails another assertion';
  return { reproduces: false, reason: `The recorded version ${other} now.` };
}

const failedIn = ({ assertions }: Result): Set<number> =>
  new Set(assertions.flatMap(({ pass, error, weight }, i) => (pass || error === true || weight === 0 ? [] : [i])));
