/** The segments that a template produces; captured ones go on as they are when they are printed. */
import type { TextRange } from '../../../text/text.ts';
import type { Segment } from '../../request.ts';
import type { TemplateFile } from '../compile.ts';
import { assertWithinLimits } from '../recorder.ts';
import { TemplateText } from './objects.ts';

/** What one rendering has made so far, printed or captured. */
export interface OutputSize {
  characters: number;
  segments: number;
}

export class SegmentOutput {
  readonly segments: Segment[] = [];

  constructor(private readonly size: OutputSize) {}

  literal(file: TemplateFile, range: TextRange, text: string): void {
    this.push({ kind: 'literal', text, source: placed(file, range) });
  }

  value(file: TemplateFile, range: TextRange, text: string, expression: string, isObject: boolean): void {
    this.push({ kind: 'value', text, expression, source: placed(file, range), ...(isObject ? { isObject: true } : {}) });
  }

  append(segments: readonly Segment[]): void {
    for (const segment of segments) this.push(segment);
  }

  captured(): TemplateText {
    const text = this.segments.map((segment) => (segment.kind === 'marker' ? '' : segment.text)).join('');
    return new TemplateText(text, this.segments, false);
  }

  private push(segment: Segment): void {
    this.size.characters += segment.kind === 'marker' ? 0 : segment.text.length;
    this.size.segments += 1;
    assertWithinLimits(this.size.characters, this.size.segments);
    this.segments.push(segment);
  }
}

const placed = ({ path, offset }: TemplateFile, { start, end }: TextRange): Segment['source'] => ({
  path,
  range: { start: start + offset, end: end + offset },
});
