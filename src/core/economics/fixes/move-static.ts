/**
 * Moves whole paragraphs of static text in front of the first paragraph that holds a variable, within one message.
 * Paragraphs keep their text and their order among themselves; what a block, a tag, a fence or a heading spans moves as one.
 * A move that does not give the same blocks for every golden case, in another order, is none.
 */
import type { TextEdit, TextRange } from '../../text.ts';
import { cachedTokens } from '../prefix/caching.ts';
import type { Evidence, Finding } from '../findings/finding.ts';
import { keepsBlocks } from './keeps-blocks.ts';

/** Null: nothing can be moved, or moving it would not be enough. */
export function moveStaticFirst({ path, range }: Finding, evidence: Evidence): { edits: TextEdit[]; tokens: number } | null {
  if (range === null || path !== evidence.reading.document.path) return null;
  const region = messageRegion(evidence, range);
  if (region === null) return null;
  const source = evidence.text.slice(region.start, region.end);
  // White space that a marker eats depends on what stands beside it.
  if (/\{\{~|~\}\}/.test(source)) return null;
  const { lead, units, separators, trail } = splitUnits(source);
  const firstDynamic = units.findIndex((unit) => unit.isDynamic);
  const movable = units.filter((unit, i) => i > firstDynamic && !unit.isDynamic);
  if (firstDynamic < 0 || movable.length === 0) return null;
  if (units.some((unit) => unit.isDynamic && POINTS_ON.test(unit.text))) return null;
  const tokens = movable.reduce((sum, unit) => sum + evidence.counter.count(unit.text), 0);
  if (!isEnough(evidence, range, tokens)) return null;
  const ordered = [...units.filter((unit) => !unit.isDynamic), ...units.filter((unit) => unit.isDynamic)];
  const text = lead + ordered.map((unit, i) => unit.text + (separators[i] ?? '')).join('') + trail;
  const edits = [{ range: region, text }];
  if (!keepsBlocks(evidence, edits)) return null;
  return { edits, tokens: Math.round(tokens) };
}

/** Whether the finding is gone afterwards: nothing static that would be cached stays behind the variable. */
function isEnough({ analysis, model }: Evidence, range: TextRange, moved: number): boolean {
  const item = analysis.prefix.breaks.find(({ source }) => source.range.start === range.start);
  const rule = model?.facts.caching;
  if (!item || !rule) return false;
  const left = item.staticTokensAfter - moved;
  const cached = (tokens: number): number => cachedTokens(Math.round(tokens), rule);
  const before = item.tokensBefore + moved;
  return Math.round(left) < 32 || cached(before + left) <= cached(before);
}

/** The part of the file that makes the message in which the place stands. */
function messageRegion({ reading, text }: Evidence, place: TextRange): TextRange | null {
  const { template } = reading.document;
  if (template.kind === 'messages') {
    const message = template.messages.find(({ range }) => range.start <= place.start && place.start < range.end);
    if (!message) return null;
    const header = /^[|>][-+0-9]*[ \t]*\r?\n/.exec(text.slice(message.range.start, message.range.end));
    return header?.[0].startsWith('|') === true ? { start: message.range.start + header[0].length, end: message.range.end } : null;
  }
  if (template.kind !== 'handlebars') return null;
  const markers = [...text.matchAll(/\{\{~?\s*(?:role|history|section)\b[^}]*\}\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const start = Math.max(template.offset, ...markers.filter(({ end }) => end <= place.start).map(({ end }) => end));
  const end = Math.min(text.length, ...markers.filter((marker) => marker.start >= place.start).map((marker) => marker.start));
  return { start, end };
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
function splitUnits(source: string): { lead: string; units: Unit[]; separators: string[]; trail: string } {
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
    units.push({ text: held, isDynamic: /\{\{(?!!)/.test(held) || POINTS_BACK.test(held) });
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
