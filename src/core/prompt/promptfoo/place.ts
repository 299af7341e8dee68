/** Where a part of a promptfoo config stands: in the config itself, or in a file that it names. */
import { LineIndex, type TextRange } from '../../text/text.ts';
import type { Path, YamlSource } from '../../yaml/yaml.ts';
import { Diagnostics, type Diagnostic } from '../../problems/diagnostics.ts';

/** A file in which parts of the config stand. */
export class PlacedFile {
  readonly diagnostics: Diagnostics;
  private lines: LineIndex | null = null;

  constructor(
    readonly path: string,
    readonly text: string,
    readonly yaml: YamlSource,
  ) {
    this.diagnostics = new Diagnostics(path);
  }

  /** The line of an offset, from 1. */
  readonly lineAt = (offset: number): number => (this.lines ??= new LineIndex(this.text)).position(offset).line + 1;
}

/** A value of a file by its path in it. */
export interface Placed {
  readonly file: PlacedFile;
  readonly at: Path;
}

export const rangeOfPlaced = ({ file, at }: Placed, keys: Path = []): TextRange => file.yaml.rangeOf([...at, ...keys]);
export const keyOfPlaced = ({ file, at }: Placed, keys: Path = []): TextRange => file.yaml.keyRangeOf([...at, ...keys]);

/** What is said of several cases at one place is said once, with their number. */
export function counted(all: readonly Diagnostic[]): Diagnostic[] {
  const groups = new Map<string, { readonly first: Diagnostic; count: number }>();
  for (const item of all) {
    const key = JSON.stringify([item.code, item.message, item.path, item.range]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { first: item, count: 1 });
    else known.count++;
  }
  return [...groups.values()].map(({ first, count }) =>
    count === 1 || first.severity !== 'error' ? first : { ...first, message: `${first.message} This affects ${count} cases.` },
  );
}
