/** The text of an expression: static as far as the files tell, holes for the rest. */
import type { PrintRule } from '../document.ts';
import type { SourceFile } from './source-file.ts';
import { flatText, withoutSpans, type DraftHole, type DraftPart, type DraftText, type Located } from './draft.ts';
import type { CodeExpression, StringExpression } from './expression.ts';
import { dedentFunction, dedentTag } from './dedent-functions.ts';
import { formatPercent, formatText } from './format-calls.ts';
import type { HoleOptions, PartsReader } from './parts-reader.ts';
import type { Resolver } from './resolver.ts';
import { textOfMethod } from './text-methods.ts';

/** More than any prompt has; what is longer is a variable. */
const MAX_CHARACTERS = 1_000_000;
const MAX_VISITS = 20_000;
const MAX_NESTING = 60;

export class TextReader implements PartsReader {
  private visits = 0;
  private characters = 0;
  private readonly open = new Set<CodeExpression>();

  constructor(readonly resolver: Resolver) {}

  parts(located: Located, print: PrintRule): DraftPart[] {
    return this.text(located) ?? [this.hole(located, print)];
  }

  text(located: Located): DraftPart[] | null {
    const followed = this.resolver.follow(located);
    if ('why' in followed) return null;
    const { expression } = followed;
    if (this.open.has(expression) || this.open.size > MAX_NESTING || ++this.visits > MAX_VISITS || this.characters > MAX_CHARACTERS)
      return null;
    this.open.add(expression);
    try {
      return this.textOf(followed);
    } finally {
      this.open.delete(expression);
    }
  }

  private textOf(located: Located): DraftPart[] | null {
    const { file, expression } = located;
    switch (expression.kind) {
      case 'string':
        return this.pieces(file, expression);
      case 'concat':
        return this.sum(file, expression.items);
      case 'tagged':
        return this.tagged(file, expression);
      case 'percent':
        return formatPercent(this, file, expression);
      case 'call': {
        const dedent = dedentFunction(file, expression);
        if (dedent !== null) {
          const parts = this.text({ file, expression: dedent.text });
          return parts && withoutSpans(parts, dedent.spans(flatText(parts)));
        }
        return formatText(this, file, expression) ?? textOfMethod(this, file, expression) ?? this.returned(located);
      }
      default:
        return null;
    }
  }

  /** The text that a function of the program returns. With arguments, two calls may give two texts. */
  private returned({ file, expression }: Located): DraftPart[] | null {
    if (expression.kind !== 'call' || expression.arguments.length > 0) return null;
    const followed = this.resolver.follow({ file, expression: expression.callee });
    if ('why' in followed || followed.expression.kind !== 'function' || followed.expression.result === null) return null;
    return this.text({ file: followed.file, expression: followed.expression.result });
  }

  hole(located: Located, print: PrintRule, given: HoleOptions = {}): DraftHole {
    const followed = this.resolver.follow(located);
    const why = 'why' in followed ? followed.why : whyOf(followed.expression);
    return {
      hole: located,
      name: given.name ?? null,
      print,
      format: given.format ?? null,
      source: given.source ?? { path: located.file.path, range: located.expression.range },
      why,
    };
  }

  pieces(file: SourceFile, { pieces }: StringExpression): DraftPart[] {
    return pieces.flatMap((piece): DraftPart[] => {
      const source = { path: file.path, range: piece.range };
      if ('text' in piece) {
        this.characters += piece.text.length;
        return [{ text: piece.text, source } satisfies DraftText];
      }
      const located = { file, expression: piece.hole };
      const print = file.language === 'python' ? 'python' : 'javascript';
      const known = piece.format === null ? (this.text(located) ?? scalarText(this.resolver.follow(located), source)) : null;
      return known ?? [this.hole(located, print, { format: piece.format, source })];
    });
  }

  /** Null where no item is text: then `+` is a sum of numbers. */
  private sum(file: SourceFile, items: readonly CodeExpression[]): DraftPart[] | null {
    const texts = items.map((expression) => this.text({ file, expression }));
    if (texts.every((text) => text === null)) return null;
    const print = file.language === 'python' ? 'text' : 'javascript';
    return items.flatMap((expression, i) => texts[i] ?? [this.hole({ file, expression }, print)]);
  }

  private tagged(file: SourceFile, expression: Extract<CodeExpression, { kind: 'tagged' }>): DraftPart[] | null {
    const tag = dedentTag(file, expression.tag);
    if (tag === null) return null;
    const parts = this.pieces(file, tag.reads === 'raw' ? expression.raw : expression.cooked);
    return tag.apply(parts);
  }
}

/** A number or a truth value in a text is static; Python and JavaScript write them differently. */
function scalarText(followed: Located | { readonly why: string }, source: DraftText['source']): DraftPart[] | null {
  if ('why' in followed || followed.expression.kind !== 'scalar') return null;
  const { value } = followed.expression;
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? [{ text: String(value), source }] : null;
  const isPython = followed.file.language === 'python';
  const text = isPython ? (value === null ? 'None' : value ? 'True' : 'False') : String(value);
  return [{ text, source }];
}

function whyOf(expression: CodeExpression): string {
  switch (expression.kind) {
    case 'call':
      return 'a call gives its value when the program runs';
    case 'tagged':
      return 'the tag may change the text';
    case 'list':
    case 'object':
      return 'it is not one text';
    default:
      return 'its value is known only when the program runs';
  }
}
