/** The server that answers every chat completion. It has a process of its own, so that it shares no thread with what is measured. */
import { fork, type ChildProcess } from 'node:child_process';
import { script } from './measures/measured-process.ts';
import type { FromServer, ToServer } from './processes/chat-server.ts';
import type { Scope } from './scope.ts';

export interface ChatServer {
  readonly url: string;
  /** Does the work. @throws {Error} when it did not make exactly so many requests: then something else was measured. */
  expecting<T>(requests: number, work: () => Promise<T>): Promise<T>;
  /** ms from starting a process until its first request arrives; the process is ended then. */
  timeToFirstRequest(start: () => ChildProcess): Promise<number>;
  stop(): Promise<void>;
}

export async function startChatServer(scope: Scope, delayMs = 0): Promise<ChatServer> {
  const child = scope.process(() =>
    fork(script('chat-server'), [String(delayMs)], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  const next = <K extends FromServer['type']>(type: K): Promise<Extract<FromServer, { type: K }>> =>
    new Promise((resolve, reject) => {
      const take = (message: FromServer): void => {
        if (message.type !== type) return;
        child.off('message', take);
        resolve(message as Extract<FromServer, { type: K }>);
      };
      child.on('message', take);
      child.once('error', reject).once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    });
  const send = (message: ToServer): boolean => child.send(message);
  const requests = async (): Promise<number> => {
    const answer = next('requests');
    send('count');
    return (await answer).requests;
  };
  const { port } = await next('listening');
  child.setMaxListeners(0);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async expecting(expected, work) {
      const before = await requests();
      const result = await work();
      const made = (await requests()) - before;
      if (made !== expected) throw new Error(`${made} requests were made instead of ${expected}.`);
      return result;
    },
    async timeToFirstRequest(start) {
      const arrived = next('arrived');
      send('tell-next');
      const started = performance.now();
      const measured = scope.process(start);
      const ended = new Promise<'ended'>((resolve) => measured.once('close', () => resolve('ended')));
      const first = await Promise.race([arrived, ended]);
      const ms = performance.now() - started;
      if (first === 'ended') throw new Error(`The process ended with ${measured.exitCode} before its first request.`);
      measured.kill('SIGKILL');
      await ended;
      return ms;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}
