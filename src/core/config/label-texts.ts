/** `labels` of goldset.yaml: which texts label and draw files keep, since they are committed. */
import type { JsonObject } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

export const LABEL_TEXTS = ['runs', 'all', 'none'] as const;
/** `runs`: those of run outputs; `all`: those of production calls too; `none`: none. */
export type LabelTexts = (typeof LABEL_TEXTS)[number];

export const DEFAULT_LABEL_TEXTS: LabelTexts = 'runs';

/** A value that cannot be read keeps no texts: a text that was committed cannot be taken back. */
export function readLabelTexts(fields: Fields, root: JsonObject): LabelTexts {
  const given = root['labels'];
  if (given === undefined || given === null) return DEFAULT_LABEL_TEXTS;
  const before = fields.diagnostics.list.length;
  const labels = fields.object(root, ['labels']) ?? {};
  fields.unknownKeys(labels, ['texts'], ['labels']);
  const texts = labels['texts'] === undefined ? DEFAULT_LABEL_TEXTS : fields.oneOf(labels, ['labels', 'texts'], LABEL_TEXTS);
  return fields.diagnostics.list.length > before ? 'none' : (texts ?? 'none');
}
