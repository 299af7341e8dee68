/** `signal`: what became known about an interaction after it was recorded. */
import type { FollowUp } from '../core/feedback/interactions/interaction.ts';
import { needsSignalValue, valueProblem } from '../core/feedback/signals/signal-meaning.ts';
import { kindOfSignal } from '../core/feedback/signals/signal-names.ts';
import { messageOf } from '../core/problems/errors.ts';
import type { CaptureHost } from './capture-host.ts';
import type { SignalOptions } from './goldset-runtime.d.ts';
import { isInteractionId } from './interaction-id.ts';
import { reportOnce } from './report-once.ts';

export function signalOf(
  { signalQueue, held }: Pick<CaptureHost, 'signalQueue' | 'held'>,
  id: string,
  name: string,
  given?: number | string | boolean | null,
  { kind, annotator, by, note, sink }: SignalOptions = {},
): void {
  try {
    if (typeof id !== 'string' || id === '' || typeof name !== 'string' || name === '') {
      reportOnce('A signal without an id or a name was not recorded. Pass signal() the interaction id or the response id.');
      return;
    }
    if (given === undefined && needsSignalValue(name)) {
      reportOnce(`A signal was not recorded: \`${name}\` needs a value.`);
      return;
    }
    const value = given === undefined ? true : plainValue(given);
    const problem = valueProblem({ name, value });
    if (problem !== null) {
      reportOnce(`A signal was not recorded. ${problem}`);
      return;
    }
    const time = new Date().toISOString();
    const known = kind ?? kindOfSignal(name) ?? (annotator === 'human' ? 'explicit' : 'operational');
    const isOurs = isInteractionId(id);
    const followUp: FollowUp = {
      of: { interaction: isOurs ? id : null, response: isOurs ? null : id, trace: null, conversation: null },
      time,
      signals: [
        {
          kind: known,
          name,
          value,
          annotator: annotator ?? (known === 'operational' ? 'code' : 'human'),
          by: by ?? null,
          time,
          note: note ?? null,
        },
      ],
      chunks: [],
      action: null,
      triage: null,
      reason: null,
    };
    held.flag(id);
    signalQueue(sink).add({ followUp }, 300 + (typeof value === 'string' ? value.length : 0) + (note?.length ?? 0));
  } catch (error) {
    reportOnce(`A signal was not recorded: ${messageOf(error)}.`);
  }
}

/** A number that is none, or a value of another type, is not known: null would take back what was said before. */
const plainValue = (value: unknown): number | string | boolean | null =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
    ? value
    : '';
