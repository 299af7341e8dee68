/** The names of the variables in golden sets, for what a prompt in plain text leaves open. Read again when the file changes. */
import { statSync } from 'node:fs';
import { readText } from '../bounded-file.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { readGoldenSet } from '../../core/golden/read-golden.ts';
import { Newest } from '../../core/collections/newest.ts';
import { isInside } from '../within.ts';
import { shownPath } from './root.ts';

/** Golden sets whose names are kept. */
const KEPT = 100;
/** Bytes of a golden set that is read for them; of a larger one, `role` and `user` in goldset.yaml say what its names would. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Cases {
  readonly cases: readonly Pick<GoldenCase, 'vars'>[];
}
type CasesOf = (shown: string, text: string) => Cases | Promise<Cases>;

export class CaseNames {
  private readonly known = new Newest<{ readonly stamp: string; readonly names: readonly string[] }>(KEPT);

  /** `cases`: how a golden set is read, where it is kept; default: it is read for its names alone. */
  constructor(private readonly cases: CasesOf = (shown, text) => readGoldenSet(shown, text)) {}

  /** Of a golden set below the root, as it is on disk; empty: it does not exist, is outside, or is too large. */
  async of(golden: string | null, root: string): Promise<readonly string[]> {
    const stat = golden === null ? undefined : statSync(golden, { throwIfNoEntry: false });
    if (golden === null || stat?.isFile() !== true || stat.size > MAX_BYTES || !isInside(root, golden)) return [];
    const stamp = `${stat.mtimeMs} ${stat.size}`;
    const known = this.known.get(golden);
    if (known?.stamp === stamp) return known.names;
    const { cases } = await this.cases(shownPath(root, golden), await readText(golden, MAX_BYTES));
    const names = [...new Set(cases.flatMap(({ vars }) => Object.keys(vars)))];
    this.known.set(golden, { stamp, names });
    return names;
  }
}
