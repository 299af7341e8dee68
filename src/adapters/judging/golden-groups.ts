/** The groups of golden cases, from the golden sets of a repository: outputs of one group are in one part of the labels. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readGoldenSet } from '../../core/golden/read-golden.ts';
import type { GroupOfCase } from '../../core/judge/labels/label-part.ts';
import { isGoldenPath } from '../../core/prompt/formats/prompt-name.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { slashedPath } from '../within.ts';
import { SKIPPED_FOLDERS } from '../workspace/skipped-folders.ts';

/** A case of this id in several sets has the groups of all of them together. */
export function goldenGroups(root: string): GroupOfCase {
  const groups = new Map<string, Set<string>>();
  for (const file of goldenFilesBelow(root))
    for (const { id, group } of readGoldenSet(slashedPath(root, file), readTextSync(file, MAX_STORE)).cases)
      if (group !== null) groups.set(id, (groups.get(id) ?? new Set()).add(group));
  return (id) => {
    const own = groups.get(id);
    return own === undefined ? null : [...own].sort().join('\u0000');
  };
}

/** Links are not followed. */
function goldenFilesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : goldenFilesBelow(file);
    return entry.isFile() && isGoldenPath(file) ? [file] : [];
  });
}
