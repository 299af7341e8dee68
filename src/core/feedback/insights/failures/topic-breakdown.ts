/** Where the failures of a topic come from: by attribute, version and model, each value against its part of all calls. */
import { incompleteBeta } from '../../../statistics/beta.ts';
import type { FailedAnswer, FailureExposure } from './failure.ts';

export interface TopicPart {
  /** `version`, `model`, or the name of an attribute. */
  readonly name: string;
  readonly value: string;
  readonly n: number;
  /** Of the topic's failures. */
  readonly share: number;
  /** Of all calls of the window. */
  readonly ofCalls: number;
  /** It has so many more than its part that chance does not explain it (5 % over all topics and values, Bonferroni). */
  readonly standsOut: boolean;
}

/** Values of a dimension that are listed. */
const MOST_VALUES = 3;
/** A smaller excess is no place to work, however sure it is. */
const LEAST_LIFT = 1.5;

type Described = Pick<FailedAnswer, 'version' | 'model' | 'attributes'>;

/** Values of one failure by dimension. */
export function dimensionsOf({ version, model, attributes }: Described): [string, string][] {
  return [
    ...(version === null ? [] : [['version', version] as [string, string]]),
    ...(model === null ? [] : [['model', model] as [string, string]]),
    ...Object.entries(attributes).map(([name, value]): [string, string] => [name, String(value)]),
  ];
}

/** `only`: one dimension, with all of its values; null: the largest of each. Those that stand out come first. */
export function topicParts(members: readonly Described[], exposure: FailureExposure, tests: number, only: string | null): TopicPart[] {
  const counts = new Map<string, Map<string, number>>();
  for (const failure of members)
    for (const [name, value] of dimensionsOf(failure)) {
      if (!exposure.by.has(name) || (only !== null && name !== only)) continue;
      const values = counts.get(name) ?? new Map<string, number>();
      counts.set(name, values.set(value, (values.get(value) ?? 0) + 1));
    }
  return [...counts]
    .flatMap(([name, values]) => {
      const calls = exposure.by.get(name);
      const all = [...(calls?.values() ?? [])].reduce((sum, n) => sum + n, 0);
      const total = [...values.values()].reduce((sum, n) => sum + n, 0);
      const parts = [...values].map(([value, n]): TopicPart => {
        const ofCalls = (calls?.get(value) ?? 0) / all;
        const p = ofCalls >= 1 ? 1 : incompleteBeta(ofCalls, n, total - n + 1);
        const share = n / total;
        return {
          name,
          value,
          n,
          share,
          ofCalls,
          standsOut: p * tests * Math.max(1, calls?.size ?? 1) < 0.05 && share >= LEAST_LIFT * ofCalls,
        };
      });
      return parts.sort(byWeight).slice(0, only === null ? MOST_VALUES : undefined);
    })
    .sort(byWeight);
}

const byWeight = (a: TopicPart, b: TopicPart): number =>
  Number(b.standsOut) - Number(a.standsOut) || b.n - a.n || (`${a.name} ${a.value}` < `${b.name} ${b.value}` ? -1 : 1);
