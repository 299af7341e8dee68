/** The files of one template, parsed when they are first used. */
import { HumanError } from '../../../problems/errors.ts';
import { LineIndex } from '../../../text/text.ts';
import type { TemplateFile } from '../compile.ts';
import { TemplateMistake, isTemplateMistake, type JinjaDialect } from './dialect.ts';
import type { TemplateTree } from './nodes.ts';
import { parseJinja } from './parse-template.ts';

export interface LoadedFile {
  readonly file: TemplateFile;
  readonly tree: TemplateTree;
}

/** The sentence of a mistake with its file and line. */
export function mistakeError(file: TemplateFile, { message, start, hint }: TemplateMistake): HumanError {
  return new HumanError('template/syntax', `Template ${file.path}, line ${lineIn(file, start)}: ${message}.`, hint);
}

/** The line of an offset of `file.source`, counted from 1; lines before `source` in its file are not known here. */
export const lineIn = ({ source }: TemplateFile, offset: number): number =>
  new LineIndex(source.replace(/\r(?!\n)/g, '\n')).position(offset).line + 1;

export class TemplateFiles {
  private readonly loaded = new Map<string, LoadedFile>();

  constructor(
    private readonly files: ReadonlyMap<string, TemplateFile>,
    private readonly dialect: JinjaDialect,
  ) {}

  /** @throws {HumanError} when the text is invalid. */
  parse(file: TemplateFile): LoadedFile {
    try {
      return { file, tree: parseJinja(file.source, this.dialect) };
    } catch (error) {
      throw isTemplateMistake(error) ? mistakeError(file, error) : error;
    }
  }

  /** The file of a name as templates write it; null: no file has that name. @throws {HumanError} when its text is invalid. */
  named(name: string): LoadedFile | null {
    const known = this.loaded.get(name);
    if (known) return known;
    const file = this.files.get(name);
    if (file === undefined) return null;
    const loaded = this.parse(file);
    this.loaded.set(name, loaded);
    return loaded;
  }
}
