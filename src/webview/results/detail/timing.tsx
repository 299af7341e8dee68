/** Where the time of a call went, as bars from the first attempt on. */
import { milliseconds } from '../../../core/display/figures.ts';
import type { ShownTiming } from '../../../protocol/detail.ts';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import { Section } from '../../controls/section.tsx';

interface Bar {
  readonly label: string;
  readonly kind: 'queued' | 'ttft' | 'generation' | 'retry';
  /** ms from the start of the run, or of the first attempt. */
  readonly from: number;
  readonly length: number;
}

export function Timing({ timing }: { readonly timing: ShownTiming }) {
  const bars = barsOf(timing);
  if (bars.length === 0) return null;
  const end = Math.max(1, ...bars.map(({ from, length }) => from + length));
  return (
    <Section title={`Timing: ${milliseconds(timing.latencyMs)}`}>
      <ul class="waterfall">
        {bars.map(({ label, kind, from, length }, i) => (
          <li key={i}>
            <span class="waterfall-label">
              {visibleControls(label)} <span class="quiet">{milliseconds(length)}</span>
            </span>
            <span class="waterfall-track" aria-hidden="true">
              <span
                class={`waterfall-bar ${kind}`}
                style={{ marginLeft: `${(100 * from) / end}%`, width: `${Math.max(0.5, (100 * length) / end)}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** An answer that was known has no attempts: then only its own times are shown. */
function barsOf({ attempts, ttftMs, latencyMs }: ShownTiming): Bar[] {
  const bars: Bar[] = [];
  const queued = attempts[0]?.startedMs ?? 0;
  if (queued > 1) bars.push({ label: 'queued', kind: 'queued', from: 0, length: queued });
  for (const { startedMs, durationMs, error } of attempts) {
    if (error !== null) bars.push({ label: `retry: ${error.slice(0, 120)}`, kind: 'retry', from: startedMs, length: durationMs });
  }
  const answered = attempts.findLast(({ error }) => error === null);
  const from = answered?.startedMs ?? 0;
  if (latencyMs === null) return bars;
  if (ttftMs !== null) bars.push({ label: 'TTFT', kind: 'ttft', from, length: ttftMs });
  bars.push({ label: 'generation', kind: 'generation', from: from + (ttftMs ?? 0), length: Math.max(0, latencyMs - (ttftMs ?? 0)) });
  return bars;
}
