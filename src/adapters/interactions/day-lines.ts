import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { storedLineText } from '../../core/feedback/interactions/stored-line.ts';

/** Texts of lines that belong to one day. */
export interface DayLines {
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
  /** Without line ends, in the order in which they came. */
  readonly texts: string[];
  /** Where each stood in the batch. */
  readonly places: number[];
}

/** The day whose file a line belongs to. */
export const dayOf = (line: StoredLine): string => ('interaction' in line ? line.interaction : line.followUp).time.slice(0, 10);

/** Lines as texts, by day: a day that cannot be written keeps no other day waiting. */
export function linesByDay(lines: readonly StoredLine[]): DayLines[] {
  const days = new Map<string, DayLines>();
  lines.forEach((line, place) => {
    const day = dayOf(line);
    const of = days.get(day) ?? { day, texts: [], places: [] };
    days.set(day, of);
    of.texts.push(storedLineText(line));
    of.places.push(place);
  });
  return [...days.values()];
}
