/** Each assertion with its reason. */
import { usd } from '../../../core/display/figures.ts';
import type { ShownAssertion, ShownJudge } from '../../../protocol/detail.ts';
import { Badge } from '../grid/cell.tsx';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import { Section } from '../../controls/section.tsx';

export function Assertions({ assertions }: { readonly assertions: readonly ShownAssertion[] }) {
  if (assertions.length === 0) return null;
  const passed = assertions.filter(({ outcome }) => outcome === 'pass').length;
  return (
    <Section title={`Assertions: ${passed} of ${assertions.length} pass`}>
      <List assertions={assertions} />
    </Section>
  );
}

const Judge = ({ judge }: { readonly judge: ShownJudge }) => (
  <div class="judge">
    {judge.quotes.map(({ text, found }) => (
      <blockquote class={found ? '' : 'absent'} key={text}>
        {visibleControls(text)}
        {!found && <span class="notice"> — not in the output</span>}
      </blockquote>
    ))}
    <span class="quiet">
      judged by {judge.prompt} {judge.version} with {judge.model}, {usd(judge.costUsd)} ·{' '}
    </span>
    <span class={judge.isCalibrated ? 'quiet' : 'notice'}>{judge.calibration}</span>
  </div>
);

const List = ({ assertions }: { readonly assertions: readonly ShownAssertion[] }) => (
  <ul class="assertions">
    {assertions.map(({ type, outcome, score, weight, reason, members, judge }, i) => (
      <li key={i}>
        <Badge verdict={outcome} /> <strong>{type}</strong>
        {score > 0 && score < 1 && <span class="quiet"> score {Number(score.toFixed(3))}</span>}
        {weight !== 1 && <span class="quiet"> weight {weight}</span>}
        <div class="reason">{visibleControls(reason)}</div>
        {judge !== null && <Judge judge={judge} />}
        {members.length > 0 && <List assertions={members} />}
      </li>
    ))}
  </ul>
);
