/** Recorded answers as if what is planted had been written in the weeks before now: what asks without a first day reads the last 90 days. */
import type { Answer } from './store-endpoint.ts';

const DAY_MS = 86_400_000;
/** Everything that is planted is before it. */
const END = Date.parse('2026-11-24T00:00:00Z');

/** `now`: ms since 1970. Whole weeks, so that each day stays what it is. */
export function movedStore(answer: Answer, now: number): Answer {
  const days = Math.floor((now - END) / DAY_MS / 7) * 7;
  const moved = (text: string, by: number): string => new Date(Date.parse(`${text}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
  return async ({ params, ...query }) => {
    const own = Object.entries(params).map(([name, value]) => {
      const day = /^\d{4}-\d\d-\d\d(?= )/.exec(value)?.[0];
      if (day === undefined) return [name, value] as const;
      const before = moved(day, -days);
      // The end of a day after everything that is planted was recorded as the last day; what follows from the time of a call is as it was.
      const isEnd = /(^|_)to$/.test(name) && / 00:00:00\.000$/.test(value) && Date.parse(before) >= END;
      return [name, isEnd ? '2026-12-31 00:00:00.000' : value.replace(day, before)] as const;
    });
    const asked = Object.fromEntries(own);
    const text = await (isByHour(query.sql)
      ? hoursFrom(asked, (params) => answer({ ...query, params }))
      : answer({ ...query, params: asked }));
    return text
      .replace(/"(\d{4}-\d\d-\d\d)(?= \d\d:\d\d:\d\d\.\d{9}")/g, (_, day: string) => `"${moved(day, days)}`)
      .replace(/"hour":(\d+)/g, (_, hour: string) => `"hour":${Number(hour) + days * 24}`);
  };
}

const isByHour = (sql: string): boolean => /^SELECT intDiv\(toUnixTimestamp\(/.test(sql);

/** Rows by hour from any first day, of those that were recorded from the first of all: which days are asked depends on the day of the run. */
async function hoursFrom(
  params: Readonly<Record<string, string>>,
  answer: (params: Readonly<Record<string, string>>) => Promise<string> | string,
): Promise<string> {
  const from = Date.parse(`${params['from']?.replace(' ', 'T') ?? ''}Z`);
  const first = '2026-01-01 00:00:00.000';
  // `second`: the same day for the other column of time that a table may have.
  const all = await answer({ ...params, from: first, ...('second' in params ? { second: first } : {}) });
  return all
    .split('\n')
    .filter((line) => {
      const hour = /"hour":(\d+)/.exec(line)?.[1];
      return hour === undefined || Number(hour) * 3_600_000 >= from;
    })
    .join('\n');
}
