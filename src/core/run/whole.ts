/** Whether a run was over all golden cases of a prompt. */
import { expandLists } from '../prompt/expand-lists.ts';
import type { Candidate, Plan } from './plan.ts';

/** All golden cases of a candidate were planned, whether or not the run came to them. */
export function isWhole(plan: Pick<Plan, 'candidates' | 'shard'>, { id }: { readonly id: string }): boolean {
  const planned = plan.candidates.find(({ candidate }) => candidate.id === id);
  return plan.shard === null && planned !== undefined && planned.cases.length >= casesOf(planned.candidate);
}

/** Cases of a candidate when all of them run, each element of a list variable counted. */
const casesOf = ({ target }: Candidate): number =>
  target.cases.reduce((sum, goldenCase) => sum + expandLists(goldenCase, target).length, 0);
