/**
 * The documents of a YAML text. Inside quotes and brackets a line may be indented less than its surroundings, and a comment may follow a
 * closing quote or bracket without a space: the specification forbids both, and js-yaml, PyYAML and libyaml accept them.
 */
import { Composer, Parser, type Document, type DocumentOptions, type ParseOptions, type SchemaOptions } from 'yaml';

export type YamlOptions = ParseOptions & DocumentOptions & SchemaOptions;

/** All documents of a text; empty for an empty text. A document that cannot be read has errors, at the places where a strict reader stops. */
export function yamlDocuments(text: string, options: YamlOptions = {}): Document.Parsed[] {
  const strict = compose(text, options, false);
  const [error] = strict.flatMap(({ errors }) => errors);
  if (error === undefined || (error.code !== 'MISSING_CHAR' && error.code !== 'BAD_INDENT')) return strict;
  // A quote that is never closed runs to the end of the text: the strict reader stops where it begins.
  const lenient = compose(text, options, true);
  return lenient.every(({ errors }) => errors.length === 0) ? lenient : strict;
}

/** The first document of a text. */
export function yamlDocument(text: string, options: YamlOptions = {}): Document.Parsed {
  const [first] = yamlDocuments(text, options);
  if (first !== undefined) return first;
  const [empty] = new Composer(options).compose([], true, text.length);
  if (empty === undefined) throw new TypeError('A composer makes a document of an empty text.');
  return empty;
}

function compose(text: string, options: YamlOptions, isLenient: boolean): Document.Parsed[] {
  const parser = new Parser();
  if (isLenient) ignoreIndentation(parser);
  const documents = [...new Composer(options).compose(parser.parse(text))] as Document.Parsed[];
  for (const document of documents) document.errors = document.errors.filter((error) => !isTightComment(error.message, error.pos[0], text));
  return documents;
}

const isTightComment = (message: string, at: number, text: string): boolean =>
  message.startsWith('Comments must be separated') && /["'\]},]/.test(text[at - 1] ?? '');

/** What the tokenizer of the library (2.9.1) has inside: `indentNext` is the indentation that the next line of a node needs. */
interface Tokenizer {
  indentNext: number;
  parseQuotedScalar(): Generator<string, unknown>;
  parseFlowCollection(): Generator<string, unknown>;
}

function ignoreIndentation(parser: Parser): void {
  const { lexer } = parser as unknown as { readonly lexer: Tokenizer };
  for (const name of ['parseQuotedScalar', 'parseFlowCollection'] as const) {
    const own = lexer[name].bind(lexer);
    lexer[name] = function* () {
      const kept = lexer.indentNext;
      lexer.indentNext = 0;
      const next = yield* own();
      lexer.indentNext = kept;
      return next;
    };
  }
}
