/** The tables of this folder: rows whose values were not made by the code under test. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The rows of NAME.yaml. */
export const table = (name: string): readonly unknown[] => {
  const rows: unknown = parse(readFileSync(`test/unit/numbers/${name}.yaml`, 'utf8'));
  if (!Array.isArray(rows) || rows.length === 0) throw new Error(`test/unit/numbers/${name}.yaml has no rows.`);
  return rows;
};
