/** Runs the parts one after the other. A part that fails loses neither its rows nor the others; the exit code is then 1. */
import { spawnSync } from 'node:child_process';
import { PARTS, type Part } from './parts.ts';
import { Report } from './report.ts';
import { secondsFor, WHOLE_RUN } from './part-limit.ts';
import { Scope } from './scope.ts';

/** ms that a part has to notice that everything it opened was ended. */
const GRACE = 10_000;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are: ${PARTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
const parts = PARTS.filter(({ name, isNamed = false }) => (wanted.length === 0 ? !isNamed : wanted.includes(name)));
const browserProblem = parts.some(({ needsBrowser }) => needsBrowser) ? installBrowser() : null;
const report = new Report();
const began = performance.now();
let current: { readonly name: string; readonly stop: (reason: Error) => void } | null = null;
let stopped: string | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    stopped = signal;
    current?.stop(new Error(`Stopped by ${signal}.`));
  });
// What fails beside the work that a part waits for, such as a page that closes.
process.on('unhandledRejection', (error) => report.fail(current?.name ?? 'between parts', error));

for (const part of parts) if (stopped === null) await runPart(part);
report.end();
process.exit(stopped === null ? (report.failed ? 1 : 0) : 130);

/** The sentence that says why there is no browser; null: there is one. */
function installBrowser(): string | null {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/workbench/install.mjs'], {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  return status === 0 ? null : `It needs the workbench and Chromium. ${stderr.trim()}`;
}

async function runPart(part: Part): Promise<void> {
  report.begin(part.name);
  const limit = secondsFor(part, (performance.now() - began) / 1000, wanted.length === 0);
  if (limit === null)
    return report.fail(
      part.name,
      new Error(`The ${WHOLE_RUN / 60} minutes of a whole run are over; \`npm run bench -- ${part.name}\` measures it.`),
    );
  const scope = new Scope();
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<never>((_, reject) => {
    current = { name: part.name, stop: reject };
    timer = setTimeout(() => reject(new Error(`It did not end within ${Math.round(limit)} s.`)), limit * 1000);
  });
  const work =
    part.needsBrowser && browserProblem !== null
      ? Promise.reject(new Error(browserProblem))
      : part.measure((row) => report.add(part.name, row), scope);
  try {
    await Promise.race([work, ended]);
  } catch (error) {
    report.fail(part.name, error);
  }
  clearTimeout(timer);
  for (const problem of await scope.end(new Error('The part has ended.'))) report.fail(part.name, problem);
  await Promise.race([work.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, GRACE).unref())]);
  current = null;
  report.ended(part.name);
}
