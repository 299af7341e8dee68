/** The tables of `npm run test:mutations` name code that is there: a line that has moved or changed would be tried no more. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const GUARDS = 'test/security/guards';
const SURVIVORS = 'test/mutations/survivors.yaml';

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

describe('the tables of mutations', () => {
  for (const name of readdirSync(GUARDS))
    it(`each guard of ${name} is once in its file`, () => {
      const guards = parse(readFileSync(path.join(GUARDS, name), 'utf8')) as { guard: string; file: string; find: string }[];
      const lost = guards.filter(({ file, find }) => textOf(file).split(find).length !== 2);
      assert.deepEqual(
        lost.map(({ guard, file }) => `${guard} (${file})`),
        [],
      );
    });

  it('each survivor with a reason is in its file', () => {
    const reasons = parse(readFileSync(SURVIVORS, 'utf8')) as Record<string, { code: string }[]>;
    const lost = Object.entries(reasons).flatMap(([file, list]) =>
      list.filter(({ code }) => !textOf(file).includes(code)).map(({ code }) => `${file}: ${code}`),
    );
    assert.deepEqual(lost, []);
  });
});
