/** Mustache text as a tree, by the rules of its specification: sections, partials, changed delimiters, tags alone on their line. */
import type { TextRange } from '../../../text/text.ts';

export type MustacheNode = TextRange &
  (
    | { readonly type: 'text' }
    /** White space that a partial's line begins with where the partial is used. */
    | { readonly type: 'margin' }
    | { readonly type: 'value'; readonly name: string; readonly nameStart: number }
    | {
        readonly type: 'section';
        readonly name: string;
        readonly nameStart: number;
        readonly isInverted: boolean;
        readonly body: readonly MustacheNode[];
      }
    | { readonly type: 'partial'; readonly name: string; readonly nameStart: number; readonly indent: string }
  );

export interface MustacheMistake extends TextRange {
  readonly message: string;
}

export interface MustacheTree {
  readonly nodes: readonly MustacheNode[];
  readonly mistake: MustacheMistake | null;
}

interface Tag extends TextRange {
  readonly sigil: string;
  readonly name: string;
  readonly nameStart: number;
}

interface OpenSection {
  readonly tag: Tag;
  readonly nodes: MustacheNode[];
}

const ALONE = '#^/!=>';
const MAX_DEPTH = 100;

/** Never throws: the nodes up to the first mistake, and the mistake. */
export const readMustache = (source: string): MustacheTree => new MustacheReader(source).read();

class MustacheReader {
  private readonly root: MustacheNode[] = [];
  private readonly open: OpenSection[] = [];
  private delimiters: readonly [string, string] = ['{{', '}}'];
  private at = 0;

  constructor(private readonly source: string) {}

  read(): MustacheTree {
    let mistake: MustacheMistake | null = null;
    while (mistake === null && this.at < this.source.length) {
      const start = this.source.indexOf(this.delimiters[0], this.at);
      if (start === -1) {
        this.text(this.at, this.source.length);
        break;
      }
      mistake = this.next(start);
    }
    const unclosed = this.open.at(-1)?.tag;
    if (mistake === null && unclosed !== undefined)
      mistake = { message: `the section ${unclosed.name} is not closed`, start: unclosed.start, end: unclosed.end };
    return { nodes: this.root, mistake };
  }

  private get nodes(): MustacheNode[] {
    return this.open.at(-1)?.nodes ?? this.root;
  }

  /** Text in lines, each with a margin in front where it begins one. */
  private text(start: number, end: number): void {
    let from = start;
    while (from < end) {
      if (this.beginsLine(from)) this.nodes.push({ type: 'margin', start: from, end: from });
      const line = this.source.indexOf('\n', from);
      const to = line === -1 || line + 1 > end ? end : line + 1;
      this.nodes.push({ type: 'text', start: from, end: to });
      from = to;
    }
  }

  private beginsLine(at: number): boolean {
    return at === 0 || this.source[at - 1] === '\n';
  }

  private next(start: number): MustacheMistake | null {
    const tag = this.tag(start);
    if ('message' in tag) return tag;
    const lineStart = this.source.lastIndexOf('\n', start - 1) + 1;
    const indent = this.source.slice(lineStart, start);
    const rest = /^[ \t]*(?:\r?\n|$)/.exec(this.source.slice(tag.end, tag.end + 1000));
    const isAlone = ALONE.includes(tag.sigil) && tag.sigil !== '' && /^[ \t]*$/.test(indent) && rest !== null;
    this.text(this.at, isAlone ? Math.max(this.at, lineStart) : start);
    if (!isAlone && this.beginsLine(start) && this.at <= start) this.nodes.push({ type: 'margin', start, end: start });
    this.at = isAlone ? tag.end + rest[0].length : tag.end;
    return this.add(tag, isAlone ? indent : '');
  }

  private tag(start: number): Tag | MustacheMistake {
    const [open, close] = this.delimiters;
    const inside = start + open.length;
    const sigil = /^\s*([#^/!=>&{])/.exec(this.source.slice(inside, inside + 100)) ?? ['', ''];
    const end = sigil[1] === '{' ? `}${close}` : sigil[1] === '=' ? `=${close}` : close;
    const from = inside + sigil[0].length;
    const stop = this.source.indexOf(end, from);
    if (stop === -1) return { message: `this ${open} is not closed`, start, end: inside };
    const inner = this.source.slice(from, stop);
    const name = inner.trim();
    return { sigil: sigil[1] ?? '', name, nameStart: from + inner.indexOf(name), start, end: stop + end.length };
  }

  private add(tag: Tag, indent: string): MustacheMistake | null {
    const { sigil, name, nameStart, start, end } = tag;
    if (sigil === '!') return null;
    if (sigil === '=') return this.changeDelimiters(tag);
    if (name === '' || (/\s/.test(name) && sigil !== '>')) return { message: 'a tag needs one name', start, end };
    if (sigil === '>') this.nodes.push({ type: 'partial', name, nameStart, indent, start, end });
    else if (sigil === '#' || sigil === '^') {
      if (this.open.length >= MAX_DEPTH) return { message: 'this template is nested too deeply', start, end };
      this.open.push({ tag, nodes: [] });
    } else if (sigil === '/') return this.closeSection(tag);
    else this.nodes.push({ type: 'value', name, nameStart, start, end });
    return null;
  }

  private closeSection({ name, start, end }: Tag): MustacheMistake | null {
    const section = this.open.pop();
    if (section === undefined) return { message: `there is no open section ${name}`, start, end };
    const { tag, nodes } = section;
    if (tag.name !== name) return { message: `the section ${tag.name} is closed by ${name}`, start, end };
    this.nodes.push({ type: 'section', name, nameStart: tag.nameStart, isInverted: tag.sigil === '^', body: nodes, start: tag.start, end });
    return null;
  }

  private changeDelimiters({ name, start, end }: Tag): MustacheMistake | null {
    const [open, close, more] = name.split(/\s+/);
    if (open === undefined || open === '' || close === undefined || more !== undefined || name.includes('='))
      return { message: 'two delimiters with a space between them are needed here', start, end };
    this.delimiters = [open, close];
    return null;
  }
}
