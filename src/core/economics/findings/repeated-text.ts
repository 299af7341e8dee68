/** An instruction that stands in the prompt twice as a copy. Code, data and the scaffold of examples repeat their lines for good reasons. */
import { quantity } from '../../display/figures.ts';
import type { SegmentSource } from '../../prompt/document.ts';
import { MappedText } from '../../prompt/mapped-text.ts';
import type { Segment } from '../../prompt/request.ts';
import { excerpt } from '../../text/text.ts';
import { finding, inputSaving, type Detector, type Evidence, type Finding } from './finding.ts';

/** Shorter passages repeat for good reasons. Tokens. */
const WORTH_SAYING_ONCE = 24;

export const repeatedText: Detector = (evidence) => {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  let isFenced = false;
  for (const { text: whole, places } of staticTexts(evidence)) {
    for (const paragraph of paragraphsOf(whole)) {
      const isCode = isFenced || FENCE.test(paragraph);
      if (paragraph.split('\n').filter((line) => FENCE.test(line)).length % 2 === 1) isFenced = !isFenced;
      const place = places.next(paragraph);
      if (isCode) continue;
      const passages = seen.has(keyOf(paragraph)) ? [{ text: paragraph, source: place.source }] : partsOf(paragraph, place, places);
      for (const { text, source } of passages) {
        if (!isInstruction(text)) continue;
        const key = keyOf(text);
        const tokens = Math.round(evidence.counter.count(key));
        if (tokens < WORTH_SAYING_ONCE) continue;
        if (seen.has(key)) findings.push(repeated(evidence, { text: key, source }, tokens));
        seen.add(key);
      }
    }
  }
  return findings;
};

interface Passage {
  readonly text: string;
  readonly source: SegmentSource;
}

const repeated = (evidence: Evidence, { text, source }: Passage, tokens: number): Finding =>
  finding(evidence, 'input/repeated-text', {
    path: source.path,
    range: source.range,
    message: `The prompt contains "${excerpt(text, 50)}" twice: ${quantity(tokens, 'token')} per call.`,
    hint: 'Keep one copy, where it matters most.',
    savingPerThousandUsd: inputSaving(evidence.model, tokens),
  });

type Literal = Segment & { kind: 'literal' };

/** A static text, and where its passages stand. */
interface StaticText {
  readonly text: string;
  readonly places: Places;
}

/** The static texts of the first request, one at a time: where one of them is looked for depends on what was found of the one before. */
function* staticTexts(evidence: Evidence): Generator<StaticText> {
  const { analysis, reading } = evidence;
  // In code, an escape ends a piece and a constant begins another one: only together they are the text.
  if ((reading.code ?? null) !== null) {
    for (const [first, ...others] of (analysis.requests[0]?.origins ?? []).flat().flatMap(runsOf)) {
      const mapped = new MappedText([first, ...others]);
      yield { text: mapped.text, places: new MappedPlaces(mapped, first.source) };
    }
    return;
  }
  let place: FilePlaces | null = null;
  for (const segment of literals(evidence)) {
    place = new FilePlaces(evidence, segment, place);
    yield { text: segment.text, places: place };
  }
}

/** Literals that follow one another. */
function runsOf(part: readonly Segment[]): [Literal, ...Literal[]][] {
  const runs: [Literal, ...Literal[]][] = [];
  let run: [Literal, ...Literal[]] | null = null;
  for (const segment of part) {
    if (segment.kind !== 'literal') run = null;
    else if (run === null) runs.push((run = [segment]));
    else run.push(segment);
  }
  return runs;
}

/** The literals of the first request. A loop prints the same source many times; that is what loops do. */
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
function partsOf(paragraph: string, { source, start }: FoundPlace, places: Places): Passage[] {
  const whole = { text: paragraph, source };
  const lines = paragraph.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || isRecord(lines)) return [whole];
  let from = start;
  return [
    whole,
    ...lines.map((text) => {
      const at = places.find(text, from);
      from = at.end;
      return { text, source: at.source };
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

/** A passage that was found. `start` and `end` count as the `from` of `find` does. */
interface FoundPlace {
  readonly source: SegmentSource;
  readonly start: number;
  readonly end: number;
}

interface Places {
  /** The passage behind the one that was asked for before. */
  next(text: string): FoundPlace;
  /** The first passage of this text from an offset on. */
  find(text: string, from: number): FoundPlace;
}

/** Offsets are those of the mapped text. */
class MappedPlaces implements Places {
  private at = 0;

  constructor(
    private readonly mapped: MappedText,
    private readonly first: SegmentSource,
  ) {}

  next(text: string): FoundPlace {
    const found = this.find(text, this.at);
    this.at = found.end;
    return found;
  }

  find(text: string, from: number): FoundPlace {
    const passage = text.trim();
    const start = Math.max(from, this.mapped.text.indexOf(passage, from));
    const end = start + passage.length;
    return { source: this.mapped.placeOf({ start, end }) ?? this.first, start, end };
  }
}

/** Where the passages of one segment stand in its file, one after the other. Segments of one message may have one place together. */
class FilePlaces implements Places {
  private readonly end: number;
  private at: number;

  constructor(
    private readonly evidence: Evidence,
    private readonly segment: Literal,
    before: FilePlaces | null,
  ) {
    const { path, range } = segment.source;
    this.end = range.end;
    const isSame = before?.segment.source.path === path && before.at >= range.start && before.at <= this.end;
    this.at = isSame ? before.at : range.start;
  }

  next(text: string): FoundPlace {
    const found = this.find(text, this.at);
    // A place that is not found leaves the others where they are.
    if (found.source !== this.segment.source) this.at = found.end;
    return found;
  }

  /** From its first line to its last, since formats indent lines; the whole segment where the file writes it in another way. */
  find(text: string, from: number): FoundPlace {
    const { source } = this.segment;
    const whole = { source, start: source.range.start, end: source.range.end };
    const lines = text.trim().split('\n');
    const [first = '', last = ''] = [lines[0]?.trim(), lines.at(-1)?.trim()];
    if (source.path !== this.evidence.reading.document.path) return whole;
    const start = this.evidence.text.indexOf(first, from);
    const at = start < 0 ? -1 : this.evidence.text.indexOf(last, lines.length > 1 ? start + first.length : start);
    const end = at + last.length;
    return at < 0 || end > this.end ? whole : { source: { path: source.path, range: { start, end } }, start, end };
  }
}
