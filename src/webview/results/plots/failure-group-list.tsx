/** Where to work: answers that failed alike, the most frequent first; one shows its cases below. */
import { quantity } from '../../../core/display/figures.ts';
import type { FailureGroups } from '../../../core/results/failures/failure-groups.ts';
import type { AlikeCases } from '../../../protocol/query.ts';

interface FailureGroupListProps {
  readonly name: string;
  readonly groups: FailureGroups;
  readonly chosen: AlikeCases | null;
  readonly onAlike: (alike: AlikeCases | null) => void;
}

/** More are smaller than what a person works on next. */
const SHOWN = 8;

export function FailureGroupList({ name, groups: { answers, groups, others }, chosen, onAlike }: FailureGroupListProps) {
  if (groups.length === 0) return null;
  const left = groups.slice(SHOWN).reduce((sum, group) => sum + group.answers, others);
  return (
    <figure class="failure-groups">
      <figcaption>
        <strong>Where to work</strong>, {name}
        <div class="quiet">{quantity(answers, 'answer')} failed; choose a group to see its cases</div>
      </figcaption>
      <ol>
        {groups.slice(0, SHOWN).map(({ what, answers: own, cases }) => {
          const isChosen = chosen?.what === what;
          return (
            <li key={what}>
              <button type="button" class="link" aria-pressed={isChosen} onClick={() => onAlike(isChosen ? null : { what, cases })}>
                {own} × {what}
              </button>
            </li>
          );
        })}
      </ol>
      {left > 0 && <div class="quiet">{left === 1 ? '1 failed in a way of its own' : `${left} failed in ways of their own`}</div>}
    </figure>
  );
}
