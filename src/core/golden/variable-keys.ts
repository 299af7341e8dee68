/** The variable names in a golden set (`vars`), a `.prompt.yml` (`testData`) or a front matter (`default`), with their places: for rename and go to definition. */
import { isMap, isScalar, isSeq, visit } from 'yaml';
import { yamlDocument } from '../yaml/yaml-documents.ts';
import type { TextRange } from '../text/text.ts';
import { csvLayout } from './csv-delimiter.ts';

export interface VariableKey {
  readonly name: string;
  readonly range: TextRange;
}

/** As `variableKeys`, for every form of a golden set: of JSONL line by line, of CSV the names in its first line. */
export function goldenVariableKeys(path: string, text: string, holder: 'vars' | 'testData'): VariableKey[] {
  if (path.endsWith('.csv')) return headerKeys(text);
  if (!path.endsWith('.jsonl')) return variableKeys(text, holder);
  let at = 0;
  return text.split('\n').flatMap((line) => {
    const start = at;
    at += line.length + 1;
    return variableKeys(line, holder).map(({ name, range }) => ({ name, range: { start: start + range.start, end: start + range.end } }));
  });
}

function headerKeys(text: string): VariableKey[] {
  const { start } = csvLayout(text);
  const header = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';
  return [...header.matchAll(/(?<=^"?|[,;\t|]"?)[A-Za-z_][\w-]*(?="?(?:[,;\t|]|$))/g)]
    .filter(([name]) => !name.startsWith('__') && name !== 'expected')
    .map((match) => ({ name: match[0], range: { start: start + match.index, end: start + match.index + match[0].length } }));
}

/** Reads YAML and JSON; whatever cannot be read has no keys. */
export function variableKeys(text: string, holder: 'vars' | 'testData' | 'default'): VariableKey[] {
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
  visit(yamlDocument(text, { logLevel: 'silent' }), {
    Pair(_key, pair) {
      if (!isScalar(pair.key) || pair.key.value !== holder) return undefined;
      if (holder !== 'testData') take(pair.value);
      else if (isSeq(pair.value)) pair.value.items.forEach(take);
      return visit.SKIP;
    },
  });
  return keys;
}
