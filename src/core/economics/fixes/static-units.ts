/** A text whose static paragraphs stand in front of those with variables. */

import type { TextEdit } from '../../text/text.ts';

/** A change of a message. `moved`: the paragraphs that change sides. */
export interface StaticMove {
  readonly moved: readonly string[];
  /** Null: the file cannot be written so. */
  readonly edits: () => TextEdit[] | null;
}

interface StaticFirst {
  readonly text: string;
  /** The paragraphs that change sides. */
  readonly moved: readonly string[];
}

/** Null: nothing can be moved. `hasVariable`: whether a passage has text that only a case gives. */
export function staticFirst(source: string, hasVariable: (text: string) => boolean): StaticFirst | null {
  const { lead, units, separators, trail } = splitUnits(source, hasVariable);
  const firstDynamic = units.findIndex((unit) => unit.isDynamic);
  const movable = units.filter((unit, i) => i > firstDynamic && !unit.isDynamic);
  if (firstDynamic < 0 || movable.length === 0) return null;
  if (units.some((unit) => unit.isDynamic && POINTS_ON.test(unit.text))) return null;
  const ordered = [...units.filter((unit) => !unit.isDynamic), ...units.filter((unit) => unit.isDynamic)];
  const text = lead + ordered.map((unit, i) => unit.text + (separators[i] ?? '')).join('') + trail;
  return { text, moved: movable.map((unit) => unit.text) };
}

interface Unit {
  readonly text: string;
  /** It holds a variable, or speaks of what stands before it. */
  readonly isDynamic: boolean;
}

/** Words that point to what stands before, and after: neither may change sides with it. */
const POINTS_BACK =
  /\b(above(?!\s+(?:all\b|average\b|\S*\d))|preceding|aforementioned|previous (?:message|paragraph|section|text|line))\b/i;
const POINTS_ON = /\b(below|following)\b/i;
/** A heading or a label belongs to what it introduces. */
const INTRODUCES = /(?:^|\n)(?:#{1,6}[ \t][^\n]*|[^\n]*:[ \t]*)$/;

/** Paragraphs are parted by blank lines; what a block, a tag, a fence or a heading spans moves as one. */
function splitUnits(
  source: string,
  hasVariable: (text: string) => boolean,
): { lead: string; units: Unit[]; separators: string[]; trail: string } {
  const lead = /^\s*(?:\n|$)/.exec(source)?.[0] ?? '';
  const trail = /\s*$/.exec(source.slice(lead.length))?.[0] ?? '';
  const content = source.slice(lead.length, source.length - trail.length);
  const parts = content.split(/((?:\r?\n[ \t]*)+\r?\n(?=[ \t]*\S))/);
  const units: Unit[] = [];
  const separators: string[] = [];
  let held = '';
  parts.forEach((part, i) => {
    if (i % 2 === 1) {
      if (held === '') separators.push(part);
      else held += part;
      return;
    }
    held += part;
    if (isOpen(held) || INTRODUCES.test(held.trimEnd())) return;
    units.push({ text: held, isDynamic: hasVariable(held) || POINTS_BACK.test(held) });
    held = '';
  });
  if (held !== '') units.push({ text: held, isDynamic: true });
  return { lead, units, separators, trail };
}

/** Whether a block, a comment, a tag or a code fence begins in the text and does not end there. */
function isOpen(text: string): boolean {
  const withoutComments = text.replace(/\{\{~?!--[^]*?--~?\}\}/g, '');
  if (/\{\{~?!--/.test(withoutComments)) return true;
  const count = (pattern: RegExp): number => withoutComments.match(pattern)?.length ?? 0;
  if (count(/\{\{~?(?:#|\^[ \t]*[\w@.])/g) > count(/\{\{~?\//g)) return true;
  if (count(/^[ \t]*(?:```|~~~)/gm) % 2 === 1) return true;
  return count(/<[A-Za-z][\w-]*(?:[ \t][^<>]*)?(?<!\/)>/g) > count(/<\/[A-Za-z][\w-]*>/g);
}
