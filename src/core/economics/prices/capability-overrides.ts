/**
 * What the user's price file says about models, beside their prices:
 *
 *   asOf: 2026-11-01
 *   capabilities:
 *     openai:gpt-6-luna:
 *       parameters: { temperature: rejected, seed: { support: rejected, acceptedWith: [none] }, topP: { support: accepted, max: 0.95 } }
 *       efforts: [none, low, high]
 *       outputLimit: 64000
 *       retirement: { date: 2027-03-01, successor: gpt-7-luna }
 */
import { parseModelId } from '../../model-id.ts';
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { Path } from '../../yaml/yaml.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';
import { API_NAMES, EFFORTS, type Capabilities, type ParameterRule, type Support } from '../data/capability-row.ts';

const SUPPORTS: readonly Support[] = ['accepted', 'rejected', 'ignored'];
const MODES = ['never', 'off', 'on', 'always'] as const;
const SERVICES = ['flex', 'priority', 'batch'] as const;
const KEYS = [
  ...['parameters', 'prefill', 'efforts', 'defaultEffort', 'thinking', 'structuredOutput', 'tools', 'images', 'pdf', 'audio'],
  ...['contextWindow', 'outputLimit', 'services', 'serviceFactors', 'retirement'],
];

type Written = { -readonly [K in keyof Capabilities]?: Capabilities[K] };

/** By `provider:model`. What cannot be used is an error, because requests would be sent otherwise than the file says. */
export function readCapabilityOverrides(
  fields: Fields,
  root: JsonObject,
  origin: { readonly asOf: string; readonly source: string },
): Map<string, Partial<Capabilities>> {
  const given = fields.object(root, ['capabilities']) ?? {};
  return new Map(
    Object.keys(given).flatMap((name): [string, Partial<Capabilities>][] => {
      const at = ['capabilities', name];
      const row = fields.object(given, at);
      if (row === null) return [];
      const id = parseModelId(name);
      if (id === null) {
        fields.report(at, `\`${name}\` does not name a provider.`, 'Write provider:model, such as openai:gpt-6-luna.');
        return [];
      }
      return [[`${id.provider}:${id.model}`, new RowReader(fields, row, at).row({ source: origin.source, date: origin.asOf })]];
    }),
  );
}

class RowReader {
  constructor(
    private readonly fields: Fields,
    private readonly given: JsonObject,
    private readonly at: Path,
  ) {}

  row(origin: Pick<Capabilities, 'source' | 'date'>): Partial<Capabilities> {
    const { fields, given, at } = this;
    for (const key of Object.keys(given))
      if (!KEYS.includes(key)) fields.report([...at, key], `Unknown key \`${key}\`.`, `Known keys: ${KEYS.join(', ')}.`);
    const row: Written = { ...origin };
    const put = <K extends keyof Capabilities>(key: K, value: Capabilities[K] | null | undefined): void => {
      if (given[key] !== undefined && value !== null && value !== undefined) row[key] = value;
    };
    put('prefill', this.support('prefill'));
    put('structuredOutput', this.support('structuredOutput'));
    put('efforts', this.oneOfEach('efforts', EFFORTS));
    put('defaultEffort', fields.oneOf(given, [...at, 'defaultEffort'], EFFORTS));
    put('thinking', this.thinking());
    put('tools', this.rules('tools', API_NAMES));
    for (const key of ['images', 'pdf', 'audio'] as const) put(key, this.boolean(key));
    for (const key of ['contextWindow', 'outputLimit'] as const) put(key, fields.number(given, [...at, key], 1));
    put('services', this.oneOfEach('services', SERVICES));
    put('serviceFactors', this.factors());
    put('retirement', this.retirement());
    const parameters = this.rules('parameters', null);
    if (parameters !== null) row.parameters = parameters;
    return row;
  }

  private support(key: string): Support | null {
    return this.fields.oneOf(this.given, [...this.at, key], SUPPORTS);
  }

  private boolean(key: string): boolean | null {
    const value = this.given[key];
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    this.fields.report([...this.at, key], `\`${key}\` must be true or false.`);
    return null;
  }

  private oneOfEach<T extends string>(key: string, known: readonly T[]): T[] | null {
    if (this.given[key] === undefined) return null;
    return this.fields.list(this.given, [...this.at, key]).flatMap((item, i) => {
      const found = known.find((value) => value === item);
      if (found === undefined) this.fields.report([...this.at, key, i], `\`${key}\` must be of: ${known.join(', ')}.`);
      return found === undefined ? [] : [found];
    });
  }

  private thinking(): Capabilities['thinking'] {
    const { given, fields } = this;
    const at = [...this.at, 'thinking'];
    if (typeof given['thinking'] === 'string') {
      const mode = fields.oneOf(given, at, MODES);
      return mode === null ? null : { mode, budget: null };
    }
    const object = fields.object(given, at);
    const mode = object === null ? null : fields.oneOf(object, [...at, 'mode'], MODES);
    const budget = object === null || object['budget'] === null ? null : fields.object(object, [...at, 'budget']);
    if (mode === null) return null;
    if (budget === null) return { mode, budget };
    const [min, max] = ['min', 'max'].map((key) => fields.number(budget, [...at, 'budget', key], 0));
    return { mode, budget: { min: min ?? 0, max: max ?? Infinity } };
  }

  private rules(key: string, known: readonly string[] | null): Record<string, ParameterRule> | null {
    const { fields, given } = this;
    const object = fields.object(given, [...this.at, key]);
    if (object === null) return null;
    const rules: Record<string, ParameterRule> = {};
    for (const name of Object.keys(object)) {
      const at = [...this.at, key, name];
      if (known !== null && !known.includes(name)) fields.report(at, `\`${key}\` has no \`${name}\`.`, `Known: ${known.join(', ')}.`);
      const rule = this.rule(object, at);
      if (rule !== null && name !== '__proto__') rules[name] = rule;
    }
    return rules;
  }

  /** `rejected`, or `{ support, acceptedWith, min, max }`. */
  private rule(object: JsonObject, at: Path): ParameterRule | null {
    const { fields } = this;
    const written: JsonValue | undefined = object[String(at.at(-1))];
    if (typeof written === 'string') {
      const support = fields.oneOf(object, at, SUPPORTS);
      return support === null ? null : { support };
    }
    const inner = fields.object(object, at);
    if (inner === null) return null;
    const support = fields.oneOf(inner, [...at, 'support'], SUPPORTS);
    if (support === null) {
      fields.report(at, `\`${String(at.at(-1))}\` needs \`support\`: ${SUPPORTS.join(', ')}.`);
      return null;
    }
    const efforts = new RowReader(fields, inner, at).oneOfEach('acceptedWith', EFFORTS);
    const [min, max] = ['min', 'max'].map((key) => fields.number(inner, [...at, key], -Infinity));
    return {
      support,
      ...(efforts === null ? {} : { acceptedWith: efforts }),
      ...(min === null || min === undefined ? {} : { min }),
      ...(max === null || max === undefined ? {} : { max }),
    };
  }

  private factors(): Capabilities['serviceFactors'] | null {
    const object = this.fields.object(this.given, [...this.at, 'serviceFactors']);
    if (object === null) return null;
    const factors: Record<string, number> = {};
    for (const name of SERVICES) {
      const factor = this.fields.number(object, [...this.at, 'serviceFactors', name], 0);
      if (factor !== null) factors[name] = factor;
    }
    return factors;
  }

  private retirement(): Capabilities['retirement'] {
    const { fields } = this;
    const at = [...this.at, 'retirement'];
    const object = fields.object(this.given, at);
    if (object === null) return null;
    const date = fields.string(object, [...at, 'date']);
    if (date === null || !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
      fields.report([...at, 'date'], 'A retirement needs a date, such as `date: 2027-01-14`.');
      return null;
    }
    return { date, successor: fields.string(object, [...at, 'successor']) };
  }
}
