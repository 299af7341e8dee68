/** Progress on standard error: one live line on a terminal, few plain lines elsewhere. */
import { retryText } from '../../core/calls/retry-text.ts';
import { quantity, usd } from '../../core/display/figures.ts';
import { changeText, overrideHint } from '../../core/model/sent-without.ts';
import type { TerminalOutput } from '../output.ts';
import type { RunEvent } from '../../core/run/events.ts';

type Terminal = Pick<TerminalOutput, 'isTTY' | 'write' | 'redraw' | 'clearLine'>;

/** ms after which a log shows that the run goes on. */
const SILENCE = 15_000;
/** ms between two drawings of the live line. */
const FRAME = 100;

export function progressReporter(out: Terminal, now: () => number): { event: (event: RunEvent) => void; end: () => void } {
  const live = out.isTTY;
  let drawn = -Infinity;
  let began = now();
  let verdicts = { pass: 0, fail: 0, error: 0, unjudged: 0 };
  let spent: number | null = 0;
  let quarter = 0;
  let written = -Infinity;
  /** Results that took a call: what was known says nothing about how long the rest takes. */
  let fresh = 0;
  let known = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) out.clearLine();
    shown = false;
  };
  const line = (done: number, samples: number): string => {
    const seconds = (now() - began) / 1000;
    const rate = seconds > 0 ? fresh / seconds : 0;
    const left = rate > 0 ? `, ${Math.ceil((samples - done) / rate)} s left` : '';
    const cost = spent === null ? '' : `, ${usd(spent)}`;
    return `${done}/${samples} · ${verdicts.pass} passed, ${verdicts.fail} failed, ${quantity(verdicts.error, 'error')}${verdicts.unjudged > 0 ? `, ${verdicts.unjudged} unjudged` : ''}${known > 0 ? ` · ${known} known` : ''} · ${rate.toFixed(1)}/s${cost}${left}`;
  };
  return {
    event(event) {
      if (event.type === 'started') {
        began = now();
        verdicts = { pass: 0, fail: 0, error: 0, unjudged: 0 };
        out.write(`Running ${quantity(event.samples, 'sample')} of ${quantity(event.plan.candidates.length, 'candidate')}…\n`);
      } else if (event.type === 'retry') {
        clear();
        out.write(`${event.sample.case}: ${retryText(event.failure, event.delayMs)} (attempt ${event.attempt}: ${event.reason})\n`);
      } else if (event.type === 'sent-without') {
        clear();
        out.write(`${event.model}: ${changeText(event.change)}\n`);
        if (event.change.basis === 'answer') out.write(`${overrideHint(event.model, event.change)}\n`);
      } else if (event.type === 'waiting') {
        clear();
        out.write(`Waiting ${(event.ms / 1000).toFixed(1)} s: ${event.origin} accepts no request before then.\n`);
      } else if (event.type === 'result') {
        verdicts[event.result.verdict]++;
        const { source, output, costUsd } = event.result;
        if (event.isCarried || source === 'cache') known++;
        else fresh++;
        // What was known already costs nothing; of an error nobody knows.
        if (source !== 'cache' && output !== null) spent = spent === null || costUsd === null ? null : spent + costUsd;
        if (live && now() - drawn >= FRAME) {
          drawn = now();
          out.redraw(line(event.done, event.samples));
          shown = true;
        } else if (!live && event.done < event.samples) {
          const reached = Math.floor((4 * event.done) / event.samples);
          const isQuarter = event.samples >= 40 && reached > quarter;
          if (!isQuarter && now() - Math.max(written, began) < SILENCE) return;
          quarter = reached;
          written = now();
          out.write(`${line(event.done, event.samples)}\n`);
        }
      }
    },
    end: clear,
  };
}
