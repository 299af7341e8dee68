/** An instruction that stands in the prompt twice as a copy. Code, data and the scaffold of examples repeat their lines for good reasons. */
import { quantity } from '../../figures.ts';
import type { Segment } from '../../prompt/request.ts';
import { excerpt, type TextRange } from '../../text.ts';
import { finding, inputSaving, type Detector, type Evidence, type Finding } from './finding.ts';

/** Shorter passages repeat for good reasons. Tokens. */
const WORTH_SAYING_ONCE = 24;

export const repeatedText: Detector = (evidence) => {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  let isFenced = false;
  let place: Place | null = null;
  for (const segment of literals(evidence)) {
    place = new Place(evidence, segment, place);
    for (const paragraph of paragraphsOf(segment.text)) {
      const isCode = isFenced || FENCE.test(paragraph);
      if (paragraph.split('\n').filter((line) => FENCE.test(line)).length % 2 === 1) isFenced = !isFenced;
      const range = place.next(paragraph);
      if (isCode) continue;
      const passages = seen.has(keyOf(paragraph)) ? [{ text: paragraph, range }] : partsOf(paragraph, range, place);
      for (const { text, range: at } of passages) {
        if (!isInstruction(text)) continue;
        const key = keyOf(text);
        const tokens = Math.round(evidence.counter.count(key));
        if (tokens < WORTH_SAYING_ONCE) continue;
        if (seen.has(key)) findings.push(repeated(evidence, segment.source.path, { text: key, tokens, range: at }));
        seen.add(key);
      }
    }
  }
  return findings;
};

interface Passage {
  readonly text: string;
  readonly range: TextRange;
}

const repeated = (evidence: Evidence, path: string, { text, tokens, range }: Passage & { readonly tokens: number }): Finding =>
  finding(evidence, 'input/repeated-text', {
    path,
    range,
    message: `The prompt contains "${excerpt(text, 50)}" twice: ${quantity(tokens, 'token')} per call.`,
    hint: 'Keep one copy, where it matters most.',
    savingPerThousandUsd: inputSaving(evidence.model, tokens),
  });

type Literal = Segment & { kind: 'literal' };

/** The static texts of the first request. A loop prints the same source many times; that is what loops do. */
function literals({ analysis, reading }: Evidence): Literal[] {
  const segments = (analysis.requests[0]?.origins ?? []).flat(2).filter((segment): segment is Literal => segment.kind === 'literal');
  // Only a template has loops; the texts of a list of messages share the place of their message.
  const { kind } = reading.document.template;
  if (kind !== 'handlebars' && kind !== 'text') return segments;
  const places = new Set<string>();
  return segments.filter(({ source: { path, range } }) => {
    const place = `${path}:${range.start}`;
    return !places.has(place) && places.add(place);
  });
}

const keyOf = (text: string): string => text.replace(/\s+/g, ' ').trim();

const FENCE = /^[ \t]*(?:```|~~~)/m;

const paragraphsOf = (text: string): string[] => text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');

/** A paragraph, and its lines where it has several. One line is the paragraph itself. */
function partsOf(paragraph: string, range: TextRange, place: Place): Passage[] {
  const whole = { text: paragraph, range };
  const lines = paragraph.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || isRecord(lines)) return [whole];
  let from = range.start;
  return [
    whole,
    ...lines.map((text) => {
      const at = place.find(text, from);
      from = at.end;
      return { text, range: at };
    }),
  ];
}

/** `Question: …`, `Answer: …`: one of several examples of the same form. */
const isRecord = (lines: readonly string[]): boolean => lines.filter((line) => /^[^\n:：]{1,24}[:：]/.test(line.trim())).length > 1;

/** Sentences: they begin with a word or a list's mark, end as sentences do, and consist of words. */
function isInstruction(text: string): boolean {
  const trimmed = text.trim();
  const letters = trimmed.match(/[\p{L}\p{M}\s,.'’，、；。！？：-]/gu)?.length ?? 0;
  return (
    /^(?:[-*•]\s+|\d+[.)]\s+|#+\s+|["“„«¿¡(]*)*[\p{L}\p{N}]/u.test(trimmed) &&
    /[.!?。！？؟।…:：]["”“»)*_]*$/u.test(trimmed) &&
    letters >= 0.85 * Array.from(trimmed).length
  );
}

/** Where the passages of one segment stand in the prompt's file, one after the other. Segments of one message may have one place together. */
class Place {
  private readonly end: number;
  private at: number;

  constructor(
    private readonly evidence: Evidence,
    private readonly segment: Literal,
    before: Place | null,
  ) {
    const { path, range } = segment.source;
    this.end = range.end;
    const isSame = before?.segment.source.path === path && before.at >= range.start && before.at <= this.end;
    this.at = isSame ? before.at : range.start;
  }

  next(text: string): TextRange {
    const found = this.find(text, this.at);
    // A place that is not found leaves the others where they are.
    if (found !== this.segment.source.range) this.at = found.end;
    return found;
  }

  /** From its first line to its last, since formats indent lines; the whole segment where the file writes it in another way. */
  find(text: string, from: number): TextRange {
    const { source } = this.segment;
    const lines = text.trim().split('\n');
    const [first = '', last = ''] = [lines[0]?.trim(), lines.at(-1)?.trim()];
    if (source.path !== this.evidence.reading.document.path) return source.range;
    const start = this.evidence.text.indexOf(first, from);
    const end = start < 0 ? -1 : this.evidence.text.indexOf(last, lines.length > 1 ? start + first.length : start);
    return end < 0 || end + last.length > this.end ? source.range : { start, end: end + last.length };
  }
}
