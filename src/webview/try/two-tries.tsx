/** Two tries side by side: the older as it is, and how the newer differs. */
import { usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { KeptTry } from '../../protocol/try.ts';
import { dateTimeText } from '../controls/date-time.ts';
import { Icon } from '../controls/icon.tsx';
import { Difference } from '../output/difference.tsx';
import { Output } from '../output/output.tsx';
import { shortModelName } from '../../core/model-id.ts';

export function TwoTries({ older, newer, onClose }: { readonly older: KeptTry; readonly newer: KeptTry; readonly onClose: () => void }) {
  const names = [...new Set([...Object.keys(older.input.values), ...Object.keys(newer.input.values)])];
  const other = names.filter((name) => older.input.values[name] !== newer.input.values[name]);
  return (
    <section class="try-comparison" aria-label="Comparison">
      <div class="panel-head">
        <h2>Two tries</h2>
        <button type="button" class="icon-button" aria-label="Close the comparison" title="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="lanes two">
        {[older, newer].map(({ summary, answer }, i) => (
          <section class="try-lane" key={summary.id} aria-label={i === 0 ? 'Older try' : 'Newer try'}>
            <div class="lane-head">
              <strong>{i === 0 ? 'Older' : 'Newer'}</strong>
            </div>
            <p class="quiet">
              {dateTimeText(summary.at)} · {shortModelName(summary.model)} · {summary.version.slice(0, 8)} · {usd(summary.costUsd)}
            </p>
            {i === 0 ? (
              <Output output={answer.text} format={answer.format} place="pane" />
            ) : (
              <Difference from={older.answer.text} to={answer.text} only={false} />
            )}
          </section>
        ))}
      </div>
      <h3>{other.length === 0 ? 'The values are the same.' : 'Values that differ'}</h3>
      <dl class="variables">
        {other.map((name) => (
          <div key={name}>
            <dt>{visibleControls(name)}</dt>
            <dd>
              <Difference from={older.input.values[name] ?? ''} to={newer.input.values[name] ?? ''} only={false} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
