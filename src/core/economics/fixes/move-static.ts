/**
 * Moves whole paragraphs of static text in front of the first paragraph that holds a variable, within one message.
 * Paragraphs keep their text and their order among themselves; what a block, a tag, a fence or a heading spans moves as one.
 * A move that does not give the same blocks for every golden case, in another order, is none.
 */
import type { TextEdit, TextRange } from '../../text/text.ts';
import { cachedTokens } from '../prefix/caching.ts';
import type { Evidence, Finding } from '../findings/finding.ts';
import { keepsBlocks } from './keeps-blocks.ts';
import { staticFirstInString } from './move-static-code.ts';
import { staticFirst, type StaticMove } from './static-units.ts';

/** Null: nothing can be moved, or moving it would not be enough. */
export function moveStaticFirst(finding: Finding, evidence: Evidence): { edits: TextEdit[]; tokens: number } | null {
  const { range } = finding;
  if (range === null) return null;
  const change =
    evidence.reading.document.format === 'code' ? staticFirstInString(finding, evidence) : staticFirstInFile(finding, evidence);
  if (change === null) return null;
  const tokens = change.moved.reduce((sum, text) => sum + evidence.counter.count(text), 0);
  if (!isEnough(evidence, range, tokens)) return null;
  const edits = change.edits();
  if (edits === null || !keepsBlocks(evidence, edits)) return null;
  return { edits, tokens: Math.round(tokens) };
}

function staticFirstInFile({ path, range }: Finding, evidence: Evidence): StaticMove | null {
  if (range === null || path !== evidence.reading.document.path) return null;
  const region = messageRegion(evidence, range);
  if (region === null) return null;
  const source = evidence.text.slice(region.start, region.end);
  // White space that a marker eats depends on what stands beside it.
  if (/\{\{~|~\}\}/.test(source)) return null;
  const change = staticFirst(source, (text) => /\{\{(?!!)/.test(text));
  return change && { moved: change.moved, edits: () => [{ range: region, text: change.text }] };
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
