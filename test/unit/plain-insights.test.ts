/** Insights in plain words: one sentence for what got more expensive, and tables that say one number once. */
import assert from 'node:assert/strict';
import { distinctPotential } from '../../src/core/feedback/insights/caches/distinct-potential.ts';
import type { ResponseCaching } from '../../src/core/feedback/insights/caches/cache-insight.ts';
import { plainAlert } from '../../src/core/feedback/insights/plain-alert.ts';
import type { UnitAlert } from '../../src/core/feedback/insights/units/unit-alerts.ts';

type Given = Pick<UnitAlert, 'at' | 'rose' | 'ratio' | 'causes'>;
const alert = (causes: UnitAlert['causes'], over: Partial<Given> = {}): Given => ({
  at: '2026-10-21T09:30:00.000Z',
  rose: 'both',
  ratio: 2.94,
  causes,
  ...over,
});

describe('what got more expensive, in one plain sentence', () => {
  const cache = [{ factor: 'cache share', ratio: 2.97 }] as const;
  const sentences: readonly (readonly [string, Given, string])[] = [
    ['document', alert(cache), 'A document costs 2.9× as much as before 21 Oct: the provider’s cache no longer hits'],
    [
      'answer',
      alert(cache, { rose: 'mean' }),
      'An answer costs 2.9× as much on average as before 21 Oct: the provider’s cache no longer hits',
    ],
    [
      'document',
      alert([{ factor: 'cache share', ratio: 1.4 }], { rose: 'typical', ratio: 1.5, at: '2026-03-02T00:00:00Z' }),
      'A typical document costs 1.5× as much as before 2 Mar: the provider’s cache hits less often',
    ],
    [
      'document',
      alert([{ factor: 'calls per action', ratio: 2.5 }]),
      'A document costs 2.9× as much as before 21 Oct: each one makes more calls',
    ],
    [
      'document',
      alert([
        { factor: 'tokens per call', ratio: 1.6 },
        { factor: 'price', ratio: 1.5 },
      ]),
      'A document costs 2.9× as much as before 21 Oct, for several reasons',
    ],
    ['document', alert([]), 'A document costs 2.9× as much as before 21 Oct'],
    ['«x»', alert([]), 'One «x» costs 2.9× as much as before 21 Oct'],
  ];
  for (const [action, given, expected] of sentences) it(expected, () => assert.equal(plainAlert(action, given), expected));
});

describe('what a response cache would save', () => {
  const HOUR = 3600;
  const row = (key: 'exact' | 'normalised', lifetimeSeconds: number, hits: number): ResponseCaching['potential'][number] => ({
    key,
    lifetimeSeconds,
    hits,
    rate: hits / 100,
    savedUsd: hits / 1000,
    savedSeconds: hits,
  });
  const shown = (rows: Parameters<typeof distinctPotential>[0]): string[] =>
    distinctPotential(rows).map(({ keys, lifetimes, hits }) => `${keys} | ${lifetimes} | ${hits}`);

  it('is one row where every lifetime and kind of request has the same number', () => {
    const same = (['exact', 'normalised'] as const).flatMap((key) => [HOUR, 24 * HOUR, 168 * HOUR].map((life) => row(key, life, 16)));
    assert.deepEqual(shown(same), ['exactly, or ignoring white space | 1 h to 7 d | 16']);
  });

  it('keeps the rows that differ', () => {
    const rows = [row('exact', HOUR, 16), row('exact', 24 * HOUR, 16), row('exact', 168 * HOUR, 20), row('normalised', HOUR, 18)];
    assert.deepEqual(shown(rows), ['exactly | 1 h to 1 d | 16', 'exactly | 7 d | 20', 'ignoring white space | 1 h | 18']);
  });
});
