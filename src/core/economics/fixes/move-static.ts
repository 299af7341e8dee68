/**
 * Moves whole paragraphs of static text in front of the first paragraph that holds a variable, within one message.
 * Paragraphs keep their text and their order among themselves; what a block (`{{#if}}`) spans moves as one.
 */
import type { TextEdit, TextRange } from '../../text.ts';
import { cachedPrefix } from '../caching.ts';
import type { Evidence, Finding } from '../findings/finding.ts';

/** Null: nothing can be moved, or moving it would not be enough. */
export function moveStaticFirst({ path, range }: Finding, evidence: Evidence): { edits: TextEdit[]; tokens: number } | null {
  if (range === null || path !== evidence.reading.document.path) return null;
  const region = messageRegion(evidence, range);
  if (region === null) return null;
  const source = evidence.text.slice(region.start, region.end);
  const { lead, units, separators, trail } = splitUnits(source);
  const firstDynamic = units.findIndex((unit) => unit.isDynamic);
  const movable = units.filter((unit, i) => i > firstDynamic && !unit.isDynamic);
  if (firstDynamic < 0 || movable.length === 0) return null;
  const tokens = movable.reduce((sum, unit) => sum + evidence.counter.count(unit.text), 0);
  if (!isEnough(evidence, range, tokens)) return null;
  const ordered = [...units.filter((unit) => !unit.isDynamic), ...units.filter((unit) => unit.isDynamic)];
  const text = lead + ordered.map((unit, i) => unit.text + (separators[i] ?? '')).join('') + trail;
  return { edits: [{ range: region, text }], tokens: Math.round(tokens * (evidence.model?.tokenizer.factor ?? 1)) };
}

/** Whether the finding is gone afterwards: nothing static that would be cached stays behind the variable. */
function isEnough({ analysis, model }: Evidence, range: TextRange, moved: number): boolean {
  const item = analysis.prefix.breaks.find(({ source }) => source.range.start === range.start);
  const rule = model?.facts.caching;
  if (!item || !rule) return false;
  const left = item.staticTokensAfter - moved;
  const factor = model.tokenizer.factor;
  const cached = (tokens: number): number => cachedPrefix(Math.round(tokens * factor), rule).tokens;
  const before = item.tokensBefore + moved;
  return Math.round(left * factor) < 32 || cached(before + left) <= cached(before);
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
  readonly isDynamic: boolean;
}

/** Paragraphs are parted by blank lines; a block that spans several keeps them together. */
function splitUnits(source: string): { lead: string; units: Unit[]; separators: string[]; trail: string } {
  const lead = /^\s*(?:\n|$)/.exec(source)?.[0] ?? '';
  const trail = /\s*$/.exec(source.slice(lead.length))?.[0] ?? '';
  const content = source.slice(lead.length, source.length - trail.length);
  const parts = content.split(/((?:\r?\n[ \t]*)+\r?\n(?=[ \t]*\S))/);
  const units: Unit[] = [];
  const separators: string[] = [];
  let open = 0;
  let held = '';
  parts.forEach((part, i) => {
    if (i % 2 === 1) {
      if (open > 0) held += part;
      else separators.push(part);
      return;
    }
    held += part;
    open += depthOf(part);
    if (open > 0) return;
    units.push({ text: held, isDynamic: /\{\{(?!!)/.test(held) });
    held = '';
    open = 0;
  });
  if (held !== '') units.push({ text: held, isDynamic: true });
  return { lead, units, separators, trail };
}

const depthOf = (text: string): number => (text.match(/\{\{~?#/g)?.length ?? 0) - (text.match(/\{\{~?\//g)?.length ?? 0);
