/** Golden sets as they were last parsed: typing in a prompt does not change its golden set. */
import { KnownItems } from '../../core/golden/known-items.ts';
import { readGoldenSet } from '../../core/golden/read-golden.ts';
import { CaseNames } from './case-names.ts';
import { withHash, type HashedGoldenSet } from './golden-hash.ts';
import type { ParseGolden } from './prompt-files.ts';

/** Sets kept at once. */
const KEPT = 8;

export class GoldenSets {
  /** As `parse`, for a loader, which may have it done on another thread. */
  readonly read: ParseGolden = (shown, text) => Promise.resolve(this.parse(shown, text));
  /** Of the variables: a set is parsed once for its names and for its cases. */
  readonly names = new CaseNames(this.read);
  private readonly sets = new Map<string, { readonly text: string; readonly set: HashedGoldenSet; readonly items: KnownItems }>();

  parse(shown: string, text: string): HashedGoldenSet {
    const known = this.sets.get(shown);
    if (known?.text === text) return known.set;
    const items = known?.items ?? new KnownItems();
    const set = withHash(readGoldenSet(shown, text, items));
    if (this.sets.size >= KEPT) this.sets.clear();
    this.sets.set(shown, { text, set, items });
    return set;
  }
}

/** The text of a file, or what an editor has not saved of it. `unsaved`: by absolute path. */
export const readerOf =
  (unsaved: Readonly<Record<string, string>>, read: (file: string) => Promise<string>) =>
  (file: string): Promise<string> => {
    const text = unsaved[file];
    return text === undefined ? read(file) : Promise.resolve(text);
  };
