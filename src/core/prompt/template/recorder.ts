/** Collects the segments of one rendering in the order in which the template produces them. */
import { HumanError } from '../../problems/errors.ts';
import { normaliseText } from '../../text/text.ts';
import type { SegmentSource } from '../document.ts';
import type { Marker, Segment } from '../request.ts';

/** A template statement that records: its fixed text (literal or expression) and its place. */
export interface Site {
  readonly text: string;
  readonly source: SegmentSource;
}

/** No provider takes a request of this size; a template that makes more has run away. */
const MAX_CHARACTERS = 32 * 1024 * 1024;
const MAX_SEGMENTS = 2_000_000;

/** @throws {HumanError} when a rendering has made more than any provider would accept. */
export function assertWithinLimits(characters: number, segments: number): void {
  if (characters <= MAX_CHARACTERS && segments <= MAX_SEGMENTS) return;
  throw new HumanError('template/too-large', 'This template renders to more than 32 MB of text.', 'Look for a loop over too much data.');
}

export class Recorder {
  private readonly sites: Site[] = [];
  private recorded: Segment[] = [];
  private characters = 0;
  private readonly indents: { text: string; from: number }[] = [];

  addSite(site: Site): number {
    return this.sites.push({ ...site, text: normaliseText(site.text) }) - 1;
  }

  reset(): void {
    this.recorded = [];
    this.characters = 0;
    this.indents.length = 0;
  }

  segments(): Segment[] {
    return this.recorded;
  }

  literal(site: number): void {
    const { text, source } = this.site(site);
    this.push({ kind: 'literal', text, source }, text.length);
  }

  value(site: number, value: unknown): void {
    const { text: expression, source } = this.site(site);
    const text = printedValue(value);
    this.push({ kind: 'value', text, expression, source, ...(printsObject(value) ? { isObject: true } : {}) }, text.length);
  }

  marker(site: number, marker: Marker): void {
    this.push({ kind: 'marker', marker, source: this.site(site).source }, 0);
  }

  indent(site: number): void {
    this.indents.push({ text: this.site(site).text, from: this.recorded.length });
  }

  /** Puts the indent in front of every line recorded since `indent`, as one string would have been indented. */
  dedent(): void {
    const open = this.indents.pop();
    if (!open) return;
    let atLineStart = true;
    for (let i = open.from; i < this.recorded.length; i++) {
      const segment = this.recorded[i];
      if (!segment || segment.kind === 'marker' || segment.text === '') continue;
      const text = (atLineStart ? open.text : '') + segment.text.replace(/\n(?=[^])/g, `\n${open.text}`);
      atLineStart = segment.text.endsWith('\n');
      this.recorded[i] = { ...segment, text };
    }
  }

  private push(segment: Segment, length: number): void {
    this.characters += length;
    assertWithinLimits(this.characters, this.recorded.length + 1);
    this.recorded.push(segment);
  }

  private site(index: number): Site {
    const site = this.sites[index];
    if (!site) throw new HumanError('template/render', 'This template calls a reserved name.');
    return site;
  }
}

/** Whether a value, or an item of a list, prints as `[object Object]`. */
export const printsObject = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(printsObject) : typeof value === 'object' && value !== null;

/** What `{{x}}` prints: Handlebars' own rule (nothing for null, a comma list for an array). */
export function printedValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(printedValue).join(',');
  if (typeof value === 'object') return '[object Object]';
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : '';
}
