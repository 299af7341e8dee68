/**
 * A process that takes one lock many times: `node lock-holder LOCK LOG ROUNDS KILLED`. It writes to the log when it gets the lock and
 * before it gives it back. With KILLED it is killed in its last round, while it holds the lock.
 */
import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { takeLock, type Lock } from '../../src/adapters/storage/lock-file.ts';

const [file = '', log = '', rounds = '0', killed = ''] = process.argv.slice(2);
const note = (what: string): void => appendFileSync(log, `${what} ${process.pid}\n`);

async function taken(): Promise<Lock> {
  for (;;) {
    const lock = takeLock(file);
    if (lock !== null) return lock;
    await setImmediate();
  }
}

for (let round = 1; round <= Number(rounds); round++) {
  const lock = await taken();
  note('enter');
  if (killed !== '' && round === Number(rounds)) process.kill(process.pid, 'SIGKILL');
  await setImmediate();
  note('leave');
  lock.release();
}
