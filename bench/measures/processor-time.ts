/** Processor time of other processes, of all their threads. */
import { readFileSync } from 'node:fs';
import type { Browser, CDPSession } from 'playwright-core';

/** Clock ticks per second of /proc, the same on every Linux that is supported. */
const TICKS = 100;

/** ms of processor time since the process began. @throws {Error} where the system has no /proc, or the process has ended. */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ms = ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
  if (!Number.isFinite(ms)) throw new Error(`The processor time of process ${pid} cannot be read.`);
  return ms;
}

/** The processes of a browser that draw pages and run their scripts. */
export class Renderers {
  private constructor(private readonly session: CDPSession) {}

  static async of(browser: Browser): Promise<Renderers> {
    return new Renderers(await browser.newBrowserCDPSession());
  }

  /** ms of processor time of all of them together. */
  async processorMs(): Promise<number> {
    const { processInfo } = await this.session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    if (renderers.length === 0) throw new Error('The browser has no renderer.');
    return renderers.reduce((sum, { id }) => sum + processorMs(id), 0);
  }
}
