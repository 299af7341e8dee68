/** Text put together from pieces of source files, and the way back: in which file, and where in it, a part of the text is written. */
import type { TextRange } from '../text/text.ts';
import type { SegmentSource } from './document.ts';

export interface MappedPiece {
  readonly text: string;
  readonly source: SegmentSource;
}

/** A piece as long as its place maps character by character; any other (an escape, a changed text) only as a whole. */
export class MappedText {
  readonly text: string;
  private readonly starts: number[] = [];

  constructor(private readonly pieces: readonly MappedPiece[]) {
    let at = 0;
    for (const { text } of pieces) {
      this.starts.push(at);
      at += text.length;
    }
    this.text = pieces.map(({ text }) => text).join('');
  }

  /** The place of a range of `text`, in the file of its first character; null: the range is empty or outside of the text. */
  placeOf({ start, end }: TextRange): SegmentSource | null {
    if (start >= end) return null;
    let place: SegmentSource | null = null;
    this.pieces.forEach(({ text, source }, i) => {
      const from = this.starts[i] ?? 0;
      if (from >= end || from + text.length <= start || (place !== null && place.path !== source.path)) return;
      const { range } = source;
      const isExact = range.end - range.start === text.length;
      const first = isExact ? range.start + Math.max(0, start - from) : range.start;
      const last = isExact ? range.start + Math.min(text.length, end - from) : range.end;
      place =
        place === null
          ? { path: source.path, range: { start: first, end: last } }
          : { path: source.path, range: { start: Math.min(place.range.start, first), end: Math.max(place.range.end, last) } };
    });
    return place;
  }
}
