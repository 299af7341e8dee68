/** What a prompt tells Goldset about itself: its golden set and its budget. */
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { Path } from '../../yaml/yaml.ts';
import type { Budget, GoldsetSettings } from '../document.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';

const BUDGET_KEYS = ['interaction', 'ttftMs', 'costUsd', 'outputTokens'];
const INTERACTIONS = ['autocomplete', 'chat', 'background'] as const;

export function readSettings(
  fields: Fields,
  values: { golden: JsonValue; budget: JsonValue },
  goldenPath: Path,
  budgetPath: Path,
): GoldsetSettings {
  const { golden, budget } = values;
  if (golden !== null && typeof golden !== 'string') fields.report(goldenPath, 'The golden set must be a path.');
  return {
    golden: typeof golden === 'string' ? { path: golden, range: fields.source.rangeOf(goldenPath) } : null,
    budget: readBudget(fields, budget, budgetPath),
  };
}

function readBudget(fields: Fields, value: JsonValue, path: Path): Budget | null {
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) {
    fields.report(path, 'A budget must be a map, such as { interaction: chat, ttftMs: 1000, costUsd: 0.002 }.');
    return null;
  }
  const budget: JsonObject = value;
  fields.unknownKeys(budget, BUDGET_KEYS, path);
  return {
    interaction: fields.oneOf(budget, [...path, 'interaction'], INTERACTIONS),
    ttftMs: fields.number(budget, [...path, 'ttftMs'], 0),
    costUsd: fields.number(budget, [...path, 'costUsd'], 0),
    outputTokens: fields.number(budget, [...path, 'outputTokens'], 0),
  };
}
