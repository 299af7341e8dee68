import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { storedLineText } from '../../core/feedback/interactions/stored-line.ts';

/** Texts of neighbouring lines that belong to one day. */
export interface DayRun {
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
  /** Without line ends. */
  readonly texts: string[];
}

/** The day whose file a line belongs to. */
export const dayOf = (line: StoredLine): string => ('interaction' in line ? line.interaction : line.followUp).time.slice(0, 10);

/** Lines as texts, in the order in which they came: after a failure, those that were written are the first ones. */
export function runsOfDays(lines: readonly StoredLine[]): DayRun[] {
  const runs: DayRun[] = [];
  for (const line of lines) {
    const day = dayOf(line);
    const last = runs.at(-1);
    if (last?.day === day) last.texts.push(storedLineText(line));
    else runs.push({ day, texts: [storedLineText(line)] });
  }
  return runs;
}
