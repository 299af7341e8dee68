/** What a part of the benchmark opens ends with it, however it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Scope } from '../../bench/scope.ts';

const OVER = new Error('The part has ended.');

describe('the scope of a part of the benchmark', () => {
  it('ends processes with those that they started, and removes folders after them', async () => {
    const scope = new Scope();
    const folder = scope.folder('test');
    writeFileSync(path.join(folder, 'file'), 'x');
    const child = scope.process(() =>
      spawn(process.execPath, ['-e', STARTS_ANOTHER], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    // The inner process holds the pipe: it closes when both are gone.
    const closed = once(child, 'close');
    assert.ok(Number(String(printed)) > 0);
    assert.deepEqual(await scope.end(OVER), []);
    assert.equal((await closed)[1], 'SIGKILL');
    assert.equal(existsSync(folder), false);
  });
  it('goes on ending when something cannot be ended, and says what', async () => {
    const scope = new Scope();
    const ended: string[] = [];
    const problem = new Error('no');
    await scope.use('first', (name) => ended.push(name));
    await scope.use('second', () => Promise.reject(problem));
    await scope.use('third', (name) => ended.push(name));
    assert.deepEqual(await scope.end(OVER), [problem]);
    assert.deepEqual(ended, ['third', 'first']);
  });
  it('ends at once what is opened after its end', async () => {
    const scope = new Scope();
    const ended: string[] = [];
    const late = scope.use(new Promise<string>((resolve) => setImmediate(() => resolve('server'))), (name) => ended.push(name));
    const refused = assert.rejects(late, OVER);
    await scope.end(OVER);
    await refused;
    assert.deepEqual(ended, ['server']);
    assert.throws(() => scope.folder('test'), OVER);
    assert.throws(() => scope.process(() => assert.fail('It was started.')), OVER);
  });
});

const STARTS_ANOTHER = `
const { spawn } = require('node:child_process');
const inner = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: ['ignore', 'inherit', 'inherit'] });
console.log(inner.pid);
setInterval(() => undefined, 1000);
`;
