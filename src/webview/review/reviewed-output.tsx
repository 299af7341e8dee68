/** One output of a review whose labels are given: its texts, what the judge said, and what people say. */
import { useEffect, useRef } from 'preact/hooks';
import { quantity } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { ReviewedOutput } from '../../protocol/review.ts';
import { Icon } from '../controls/icon.tsx';
import { Section } from '../controls/section.tsx';
import { Output } from '../output/output.tsx';

export function ReviewedOutputView({ shown, onClose }: { readonly shown: ReviewedOutput; readonly onClose: () => void }) {
  const { index, input, output, format, cut, context, judged, score, labels } = shown;
  const view = useRef<HTMLElement>(null);
  // It stands behind the list, which may be long.
  useEffect(() => view.current?.scrollIntoView({ block: 'nearest' }), [index]);
  return (
    <section class="reviewed" ref={view} aria-label={`Output ${index + 1}`}>
      <header class="reviewed-head">
        <h2>Output {index + 1}</h2>
        <button type="button" class="secondary" onClick={onClose}>
          <Icon name="close" /> Close (Escape)
        </button>
      </header>
      <ul class="verdicts">
        <li>
          The judge said <strong>{judged ?? 'nothing'}</strong>
          {score === null ? '' : `, score ${score}`}
        </li>
        {labels.map(({ id, by, grade, cause, failureMode, critique }) => (
          <li key={id}>
            {visibleControls(by)} says <strong>{grade}</strong>
            {[failureMode, cause === 'none' ? null : cause]
              .filter((part) => part !== null)
              .map((part) => `, ${visibleControls(part ?? '')}`)
              .join('')}
            {critique === null ? '' : `: ${visibleControls(critique)}`}
          </li>
        ))}
      </ul>
      <Section title="What was asked">
        <pre>{visibleControls(input)}</pre>
      </Section>
      {context !== '' && (
        <Section title="Context">
          <pre>{visibleControls(context)}</pre>
        </Section>
      )}
      <Section title="Output">
        <Output output={output} format={format} place="pane" />
        {cut > 0 && <p class="quiet">… {quantity(cut, 'more character')}, which cannot be shown here.</p>}
      </Section>
    </section>
  );
}
