/** The variable names in a golden set (`vars`) or in a `.prompt.yml` (`testData`), with their places: for rename and go to definition. */
import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { TextRange } from '../text.ts';

export interface VariableKey {
  readonly name: string;
  readonly range: TextRange;
}

/** Reads YAML and JSON; whatever cannot be read has no keys. */
export function variableKeys(text: string, holder: 'vars' | 'testData'): VariableKey[] {
  const keys: VariableKey[] = [];
  const take = (node: unknown): void => {
    if (!isMap(node)) return;
    for (const { key } of node.items) {
      if (!isScalar(key) || !key.range) continue;
      const name = String(key.value);
      const start = key.range[0] + (text.startsWith(name, key.range[0]) ? 0 : 1);
      keys.push({ name, range: { start, end: start + name.length } });
    }
  };
  visit(parseDocument(text, { logLevel: 'silent' }), {
    Pair(_key, pair) {
      if (!isScalar(pair.key) || pair.key.value !== holder) return undefined;
      if (holder === 'vars') take(pair.value);
      else if (isSeq(pair.value)) pair.value.items.forEach(take);
      return visit.SKIP;
    },
  });
  return keys;
}
