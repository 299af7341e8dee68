/** A mapping as a YAML file, so that it can be written down, changed and used again. */
import { stringify } from 'yaml';
import { Diagnostics, type Diagnostic } from '../../../problems/diagnostics.ts';
import { isJsonObject, type JsonObject } from '../../../json/json.ts';
import { Fields } from '../../../yaml/yaml-fields.ts';
import { readYaml } from '../../../yaml/yaml.ts';
import {
  EMPTY_MAPPING,
  TARGET_NAMES,
  UNITS_OF,
  type ImportMapping,
  type MappedField,
  type MappedSignal,
  type RowCondition,
  type Target,
} from './mapping.ts';

export function mappingText({ fields, signals, attributes = [], constants, only, join, children }: ImportMapping): string {
  const mapped = Object.entries(fields).map(([target, { from, unit }]): [string, unknown] => [
    target,
    unit === null ? from : { from, unit },
  ]);
  const named = (columns: readonly MappedSignal[]): unknown[] =>
    columns.map(({ from, name }) => (name === null ? { from } : { from, name }));
  return stringify({
    ...Object.fromEntries(mapped),
    ...(signals.length === 0 ? {} : { signals: named(signals) }),
    ...(attributes.length === 0 ? {} : { attributes: named(attributes) }),
    ...(Object.keys(constants).length === 0 ? {} : { constants }),
    ...(only === undefined ? {} : { only }),
    ...(join === undefined ? {} : { join }),
    ...(children === undefined ? {} : { children }),
  });
}

export function readMapping(path: string, text: string): { readonly mapping: ImportMapping; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Diagnostics(path);
  const yaml = readYaml(text, diagnostics);
  if (yaml === null) return { mapping: EMPTY_MAPPING, diagnostics: diagnostics.list };
  const fields = new Fields(yaml, diagnostics, 'mapping');
  const root = fields.root('A mapping');
  fields.unknownKeys(root, [...TARGET_NAMES, 'signals', 'attributes', 'constants', 'only', 'join', 'children']);
  const mapped: Partial<Record<Target, MappedField>> = {};
  for (const target of TARGET_NAMES) {
    const given = root[target];
    const inner = isJsonObject(given) ? given : null;
    const from = inner === null ? fields.string(root, [target]) : fields.string(inner, [target, 'from']);
    if (inner !== null) fields.unknownKeys(inner, ['from', 'unit'], [target]);
    if (inner !== null && from === null) fields.report([target], `\`${target}\` needs \`from\`, the column name.`);
    if (from === null) continue;
    const units = UNITS_OF[target] ?? [];
    const unit = inner === null ? null : fields.oneOf(inner, [target, 'unit'], units);
    if (units.length > 0 && unit === null)
      fields.report([target], `\`${target}\` needs a unit.`, `Write ${target}: { from: ${from}, unit: ${units.join(' or ')} }.`);
    mapped[target] = { from, unit };
  }
  const signals = namedColumns(root, fields, 'signals');
  const attributes = namedColumns(root, fields, 'attributes');
  const given = fields.object(root, ['constants']) ?? {};
  fields.unknownKeys(given, TARGET_NAMES, ['constants']);
  const constants: Partial<Record<Target, string>> = {};
  for (const target of TARGET_NAMES) {
    const value = fields.string(given, ['constants', target]);
    if (value !== null) constants[target] = value;
  }
  const only = conditionIn(root, fields);
  const [join, children] = [fields.string(root, ['join']), fields.string(root, ['children'])];
  const rows = {
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(only === null ? {} : { only }),
    ...(join === null ? {} : { join }),
    ...(children === null ? {} : { children }),
  };
  return { mapping: { fields: mapped, signals, constants, ...rows }, diagnostics: diagnostics.list };
}

function namedColumns(root: JsonObject, fields: Fields, key: 'signals' | 'attributes'): MappedSignal[] {
  return fields.list(root, [key]).flatMap((item, i): MappedSignal[] => {
    const from = isJsonObject(item) ? fields.string(item, [key, i, 'from']) : null;
    if (!isJsonObject(item) || from === null) {
      const what = key === 'signals' ? 'A signal' : 'An attribute';
      fields.report([key, i], `${what} needs \`from\`, the column name, and may have a \`name\`.`);
      return [];
    }
    fields.unknownKeys(item, ['from', 'name'], [key, i]);
    return [{ from, name: fields.string(item, [key, i, 'name']) }];
  });
}

function conditionIn(root: JsonObject, fields: Fields): RowCondition | null {
  const given = fields.object(root, ['only']);
  if (given === null) return null;
  fields.unknownKeys(given, ['from', 'values'], ['only']);
  const from = fields.string(given, ['only', 'from']);
  const values = fields.list(given, ['only', 'values']).filter((value) => typeof value === 'string');
  if (from !== null && values.length > 0) return { from, values };
  fields.report(['only'], '`only` needs `from`, the column name, and `values`, a list of texts.');
  return null;
}
