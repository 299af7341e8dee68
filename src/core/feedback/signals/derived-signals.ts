/** Signals derived from an interaction or from what followed it, without a report. */
import { distance } from 'fastest-levenshtein';
import { isRefused } from '../../grade/refusals/refused.ts';
import { endingOf } from '../../model/finish-reasons.ts';
import type { Interaction, Signal } from '../interactions/interaction.ts';
import { jsonProblem } from '../interactions/asked-json.ts';
import { failedTool } from '../tools/failed-tools.ts';
import { standingSignals } from './standing-signals.ts';

/** Type of the error of a call that the application or its user broke off. */
export const ABORTED = 'aborted';

/** What is derived, each with what it means that an application has it. */
export const DERIVED = [
  'refusal',
  'truncated',
  'empty-output',
  'repeated-output',
  'invalid-json',
  'error',
  'tool-failure',
  'low-retrieval',
  'retry',
  'abandoned',
  'edit-distance',
] as const;
export type DerivedName = (typeof DERIVED)[number];

export interface DeriveOptions {
  /** The best chunk's score below which retrieval has found nothing; null: scores of this application mean something else. */
  readonly lowScore: number | null;
  /** The answer is rejected anyway: that its words decline or repeat themselves, which takes longest to see, is left out. */
  readonly isRejected?: boolean;
}

const TRUNCATED: ReadonlySet<string> = new Set(['length', 'max_tokens', 'max_output_tokens', 'incomplete']);
/** The same line so often, or the same piece at the end, is a model that has lost its way. */
const SAME_LINES = 5;
const LOOP = { piece: 20, times: 4, longest: 400 };
/** Characters that are compared letter by letter. */
const MAX_COMPARED = 20_000;

/** Of one interaction alone; what it says already is not said again. */
export function derivedSignals(interaction: Interaction, { lowScore, isRejected = false }: DeriveOptions): Signal[] {
  const { output, finish, error, messages, chunks, signals } = interaction;
  const text = output?.trim() ?? null;
  const calledTools = hasToolCalls(interaction);
  const found: (readonly [DerivedName, Signal['value'], string | null])[] = [];
  const isDeclined = (): boolean => isRefused({ finish: endingOf(finish).finish, output: text, hasToolCalls: calledTools });
  const refused = !isRejected && isDeclined();
  if (refused) found.push(['refusal', true, null]);
  if (finish !== null && TRUNCATED.has(finish)) found.push(['truncated', true, null]);
  if (text === '' && !calledTools && error === null) found.push(['empty-output', true, null]);
  if (text !== null && !isRejected && isRepeated(text)) found.push(['repeated-output', true, null]);
  const invalid = text === null || text === '' || refused || calledTools ? null : jsonProblem(interaction, text);
  if (invalid !== null && !(isRejected && isDeclined())) found.push(['invalid-json', true, invalid]);
  if (error?.type === ABORTED) found.push(['abandoned', true, null]);
  else if (error !== null) found.push(['error', true, `${error.type}: ${error.message}`.slice(0, 200)]);
  const failure = failedTool(messages);
  if (failure !== null) found.push(['tool-failure', true, failure]);
  const scores = chunks.flatMap(({ score }) => score ?? []);
  if (lowScore !== null && scores.length > 0 && Math.max(...scores) < lowScore) found.push(['low-retrieval', Math.max(...scores), null]);
  const edits = editSignals(output, signals);
  const known = new Set(signals.map(({ name }) => name));
  return [
    ...found
      .filter(([name]) => !known.has(name))
      .map(([name, value, note]): Signal => ({
        kind: name === 'abandoned' ? 'implicit' : 'operational',
        name,
        value,
        annotator: 'code',
        by: null,
        time: interaction.time,
        note,
      })),
    ...(known.has('edit-distance') ? [] : edits),
  ];
}

/** Of each person who kept a text the newest. */
export const editSignals = (output: string | null, signals: readonly Signal[]): Signal[] =>
  standingSignals(signals)
    .map((signal) => editSignal(output, signal))
    .filter((signal) => signal !== null);

/** How much of a draft a person changed before they kept it; null: they did not say what they kept. */
export function editSignal(output: string | null, { name, value, annotator, by, time }: Signal): Signal | null {
  if (name !== 'kept' || typeof value !== 'string' || output === null) return null;
  return { kind: 'implicit', name: 'edit-distance', value: editDistance(output.trim(), value.trim()), annotator, by, time, note: null };
}

/** Share of the longer text that a person has changed, 0 to 1 (Levenshtein 1966, by its length). */
export function editDistance(draft: string, kept: string): number {
  const [a, b] = [draft.slice(0, MAX_COMPARED), kept.slice(0, MAX_COMPARED)];
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 0 : distance(a, b) / longer;
}

function isRepeated(text: string): boolean {
  let same = 1;
  const lines = text.split('\n').map((line) => line.trim());
  for (let i = 1; i < lines.length; i++) {
    same = lines[i] === lines[i - 1] && lines[i] !== '' ? same + 1 : 1;
    if (same >= SAME_LINES) return true;
  }
  const tail = text.slice(-LOOP.longest * LOOP.times);
  for (let length = LOOP.piece; length <= LOOP.longest && length * LOOP.times <= tail.length; length++) {
    if (endsIn(tail, length) && new Set(tail.slice(-length)).size > 3) return true;
  }
  return false;
}

/** Whether the last `length` characters stand at the end `LOOP.times` times, one behind the other. */
function endsIn(text: string, length: number): boolean {
  for (let at = text.length - 1; at >= text.length - length * (LOOP.times - 1); at--)
    if (text.charCodeAt(at) !== text.charCodeAt(at - length)) return false;
  return true;
}

function hasToolCalls({ finish, output }: Interaction): boolean {
  return finish === 'tool-calls' || finish === 'tool_calls' || finish === 'tool_use' || output === null;
}
