/** Rejected answers on disk, about a hundred topics whose words are mixed with those of all: no two texts are equal. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { Random } from '../../src/core/statistics/random.ts';

const DAYS = 30;
const DAY = 86_400_000;
const START = Date.parse('2026-10-01T00:00:00Z');
const TOPICS = 100;

/** Made-up words of two to four syllables. */
function words(count: number, random: Random): string[] {
  const syllables = ['ka', 'lo', 'mi', 'ren', 'tas', 'vu', 'pel', 'dor', 'shi', 'nam', 'gre', 'bu'];
  const some = (): string => syllables[Math.floor(random.next() * syllables.length)] ?? '';
  return Array.from({ length: count }, (_, i) => some() + some() + some() + (i % 3 === 0 ? some() : ''));
}

/** Writes so many interactions with a thumb down, over a month. */
export function writeFailures(folder: string, count: number): void {
  const random = new Random(28);
  const common = words(2000, random);
  const topics = Array.from({ length: TOPICS }, () => words(25, random));
  const one = (of: readonly string[]): string => of[Math.floor(random.next() * of.length)] ?? '';
  for (let day = 0; day < DAYS; day++) {
    const lines: string[] = [];
    for (let i = Math.round((day * count) / DAYS); i < Math.round(((day + 1) * count) / DAYS); i++) {
      // The first topics are the most frequent.
      const topic = topics[Math.floor(random.next() ** 2 * TOPICS)] ?? [];
      const said = (n: number): string => Array.from({ length: n }, () => (random.next() < 0.4 ? one(topic) : one(common))).join(' ');
      lines.push(
        JSON.stringify({
          ...{ id: `f-${i.toString(36)}`, time: new Date(START + day * DAY + (i % 86_000) * 1000).toISOString(), user: `u${i % 5000}` },
          ...{ prompt: { name: 'answer', version: day < 20 ? '3' : '4' }, model: 'openai:gpt-6-luna', variables: { question: said(30) } },
          messages: [{ role: 'user', content: 'as the variable says' }],
          ...{ output: said(40), finish: 'stop', attributes: { tenant: `t${i % 40}` } },
          signals: [{ kind: 'explicit', name: 'thumb', value: 'down', note: said(8) }],
        }),
      );
    }
    appendFileSync(path.join(folder, `${new Date(START + day * DAY).toISOString().slice(0, 10)}.jsonl`), `${lines.join('\n')}\n`);
  }
}
