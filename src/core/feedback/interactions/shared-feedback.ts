/**
 * Lines of `feedback/BY.jsonl`: what people decided about interactions, in the repository. A line names the interaction by its id and nothing
 * else of it. It may come with a pull request of anybody, so a line that is not exactly that is a problem and counts nowhere.
 */
import { isJsonObject, parseJson, type JsonValue } from '../../json/json.ts';
import { FILE_KINDS, schemaOf } from '../../files/file-version.ts';
import { CORRECTION, TRIAGES, type FollowUp } from './interaction.ts';
import { readStoredLine } from './stored-line.ts';

/** Characters of an id, of a name, and of a text by a person. */
const [MAX_ID, MAX_NAME, MAX_SAID] = [1000, 200, 100_000];
/** ms that the clock of another machine may be ahead. */
const AHEAD = 86_400_000;

/** The line of the file, without its end. `by`: the person, as people call them. */
export function sharedLine({ of, time, triage, reason, signals }: FollowUp, by: string): string {
  return JSON.stringify({
    schema: schemaOf(FILE_KINDS.followUp),
    of: { interaction: of.interaction },
    time,
    by,
    ...(triage === null ? {} : { triage }),
    ...(reason === null ? {} : { reason }),
    ...(signals.length === 0 ? {} : { signals }),
  });
}

/** Whether a follow-up can be a line there: it says of one interaction what a person decided, or what the output should have been. */
export const isShareable = ({ of, triage, signals }: FollowUp): boolean =>
  of.interaction !== null &&
  (triage !== null || signals.length > 0) &&
  signals.every(({ name, annotator }) => name === CORRECTION && annotator === 'human');

/** `now`: ms since 1970. `problem`: a sentence. */
export function readSharedLine(text: string, now: number): FollowUp | { readonly problem: string } {
  const read = readStoredLine(text);
  if ('problem' in read) return read;
  if ('interaction' in read) return { problem: 'It is an interaction. Here only decisions and corrections are kept.' };
  const { followUp } = read;
  const problem = problemOfText(parseJson(text) ?? null) ?? problemOf(followUp, now);
  return problem === null ? followUp : { problem };
}

/** What reading forgives elsewhere is a slip here, or worse. */
function problemOfText(given: JsonValue): string | null {
  const { triage = null, signals = [], by = null, reason = null } = isJsonObject(given) ? given : {};
  if (triage !== null && !TRIAGES.some((name) => name === triage)) return `\`triage\` must be ${TRIAGES.join(', ')}.`;
  if (!Array.isArray(signals)) return '`signals` must be a list.';
  const texts = signals.map((signal) => (isJsonObject(signal) ? signal['value'] : null));
  if (texts.some((value) => typeof value !== 'string' || value.length > MAX_SAID))
    return `A correction must be text of at most ${MAX_SAID} characters.`;
  if ((by !== null && typeof by !== 'string') || (reason !== null && typeof reason !== 'string')) return '`by` and `reason` must be text.';
  return (by?.length ?? 0) > MAX_NAME || (reason?.length ?? 0) > MAX_SAID ? '`by` or `reason` is too long.' : null;
}

function problemOf(followUp: FollowUp, now: number): string | null {
  const { of, time, chunks, action, triage, signals } = followUp;
  if (of.interaction === null || of.interaction.length > MAX_ID) return '`of` must name an `interaction`.';
  if (of.response !== null || of.trace !== null || of.conversation !== null) return '`of` must name an `interaction` only.';
  if (Date.parse(time) > now + AHEAD) return '`time` is in the future, so the line would win over every later one.';
  if (triage === null && signals.length === 0) return 'It has neither `triage` nor a correction.';
  if (chunks.length > 0 || action !== null || !isShareable(followUp))
    return 'Here only decisions and corrections of people are kept; signals and records are in .goldset/.';
  return null;
}
