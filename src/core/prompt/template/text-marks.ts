/**
 * Puts the structure of a template into what it rendered to. A mark is found by the place of fixed text in the template, so that no value
 * can be one.
 */
import { normaliseText } from '../../text/text.ts';
import type { TextMark, TextMarks } from '../document.ts';
import type { Segment, TextSegment } from '../request.ts';

/** The text that the marks are places of. */
export interface MarkedSource {
  readonly file: string;
  readonly source: string;
  readonly offset: number;
}

/** `history`: the variable that holds a conversation; null: none. */
export function withMarks(segments: readonly Segment[], marks: TextMarks, at: MarkedSource, history: string | null): Segment[] {
  const split = segments.flatMap((segment) => (segment.kind === 'literal' ? splitAtMarks(segment, marks.places, at) : [segment]));
  const images = marks.hasMarkdownImages ? withImages(split) : split;
  const structured = images.flatMap((segment): Segment[] => {
    if (segment.kind !== 'value') return [segment];
    if (segment.expression === history) return [{ kind: 'marker', marker: { type: 'history' }, source: segment.source }];
    if (!marks.media.includes(segment.expression)) return [segment];
    if (segment.text.trim() === '') return [];
    return [{ kind: 'marker', marker: { type: 'media', url: segment.text.trim(), contentType: null }, source: segment.source }];
  });
  return inMessages(structured, marks);
}

type Literal = Extract<Segment, { kind: 'literal' }>;

function splitAtMarks(segment: Literal, places: readonly TextMark[], { file, source, offset }: MarkedSource): Segment[] {
  const { range, path } = segment.source;
  if (path !== file) return [segment];
  const inside = places.filter((mark) => mark.range.start >= range.start && mark.range.end <= range.end);
  const written = (start: number, end: number): string => normaliseText(source.slice(start - offset, end - offset));
  // Text that a filter has changed is not the text of its place.
  if (inside.length === 0 || written(range.start, range.end) !== segment.text) return [segment];
  const found: Segment[] = [];
  let from = range.start;
  const text = (end: number): void => {
    if (end > from) found.push({ kind: 'literal', text: written(from, end), source: { path, range: { start: from, end } } });
  };
  for (const mark of inside) {
    text(mark.range.start);
    const place = { path, range: mark.range };
    found.push({ kind: 'marker', marker: { type: 'role', role: mark.role, isWhole: true }, source: place });
    from = mark.range.end;
  }
  text(range.end);
  return found;
}

/** `![text](address)`: the brackets are of the template, the address may be a value. */
function withImages(segments: readonly Segment[]): Segment[] {
  const found: Segment[] = [];
  const queue = [...segments];
  for (let segment = queue.shift(); segment !== undefined; segment = queue.shift()) {
    if (segment.kind !== 'literal') {
      found.push(segment);
      continue;
    }
    const whole = /!\[[^\]\n]*\]\(([^()\s]+)\)/.exec(segment.text);
    const open = /!\[[^\]\n]*\]\($/.exec(segment.text);
    const [value, after] = queue;
    if (whole !== null) {
      found.push({ ...segment, text: segment.text.slice(0, whole.index) }, imageAt(whole[1] ?? '', segment));
      queue.unshift({ ...segment, text: segment.text.slice(whole.index + whole[0].length) });
    } else if (open !== null && value?.kind === 'value' && after?.kind === 'literal' && after.text.startsWith(')')) {
      found.push({ ...segment, text: segment.text.slice(0, open.index) }, imageAt(value.text.trim(), value));
      queue.splice(0, 2, { ...after, text: after.text.slice(1) });
    } else found.push(segment);
  }
  return found;
}

const imageAt = (url: string, { source }: TextSegment): Segment => ({
  kind: 'marker',
  marker: { type: 'media', url, contentType: null },
  source,
});

/** Each message begins with its role and has no blank ends. What follows a conversation goes on in the role before it. */
function inMessages(segments: readonly Segment[], { firstRole, trims }: TextMarks): Segment[] {
  const found: Segment[] = [];
  let role = firstRole;
  let begin: Segment | null = null;
  let content: Segment[] = [];
  const end = (): void => {
    const trimmed = trimmedRun(content, trims);
    if (begin !== null || trimmed.length > 0)
      found.push(begin ?? { kind: 'marker', marker: { type: 'role', role, isWhole: true }, source: sourceOf(trimmed[0]) }, ...trimmed);
    content = [];
    begin = null;
  };
  for (const segment of segments) {
    if (segment.kind === 'marker' && segment.marker.type === 'role') {
      end();
      role = segment.marker.role;
      begin = segment;
    } else if (segment.kind === 'marker' && segment.marker.type === 'history') {
      // A message of which the conversation is all is no message of its own.
      if (trimmedRun(content, trims).length === 0) {
        begin = null;
        content = [];
      }
      end();
      found.push(segment);
    } else content.push(segment);
  }
  end();
  return found;
}

const sourceOf = (segment: Segment | undefined): Segment['source'] => segment?.source ?? { path: '', range: { start: 0, end: 0 } };

/** Text beside media is trimmed too: blank lines there only part them in the file. */
function trimmedRun(segments: readonly Segment[], trims: TextMarks['trims']): Segment[] {
  const before = trims === 'lines' ? /^\n+/ : /^\s+/;
  const after = trims === 'lines' ? /\n+$/ : /\s+$/;
  const cut = [...segments];
  const trim = (from: number, step: 1 | -1): void => {
    for (let i = from; i >= 0 && i < cut.length; i += step) {
      const segment = cut[i];
      if (segment === undefined || segment.kind === 'marker') return;
      const text = segment.text.replace(step === 1 ? before : after, '');
      cut[i] = { ...segment, text };
      if (text !== '') return;
    }
  };
  trim(0, 1);
  trim(cut.length - 1, -1);
  segments.forEach((segment, i) => {
    if (segment.kind !== 'marker') return;
    trim(i - 1, -1);
    trim(i + 1, 1);
  });
  return cut.filter((segment) => segment.kind === 'marker' || segment.text !== '');
}
