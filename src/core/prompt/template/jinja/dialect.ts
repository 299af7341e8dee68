/**
 * Jinja2 (as Debian's Python package renders it) and Nunjucks (as its npm package does) share one grammar. They differ in what a value
 * prints, in truth, in `undefined`, and in a few words; docs/syntaxes.md lists the differences.
 */
import { brandErrorClass, hasErrorKind } from '../../../problems/errors.ts';

export type JinjaDialect = 'jinja' | 'nunjucks';

/** A mistake in a template at its place, as offsets of the text. */
export class TemplateMistake extends Error {
  static {
    brandErrorClass(this, 'template-mistake');
  }

  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'TemplateMistake';
  }
}

/** Whether an error is a `TemplateMistake`, of whichever bundle. */
export const isTemplateMistake = (error: unknown): error is TemplateMistake => hasErrorKind(error, 'template-mistake');
