/** When the window of the editor drew its frames: how long it did not answer. */
import type { Page } from 'playwright-core';
import { largest } from './numbers.ts';

interface Framed {
  /** When each frame began, in ms since 1970. */
  goldsetFrames: number[];
}

export class WindowFrames {
  constructor(private readonly page: Page) {}

  /** From now on every frame is noted. */
  async start(): Promise<void> {
    await this.page.evaluate(() => {
      const framed = window as unknown as Framed;
      framed.goldsetFrames = [];
      const note = (): void => {
        framed.goldsetFrames.push(performance.timeOrigin + performance.now());
        requestAnimationFrame(note);
      };
      requestAnimationFrame(note);
    });
  }

  /** ms of the longest time without a frame that overlaps these times (ms since 1970). */
  async longestMs(from: number, to: number): Promise<number> {
    const times = await this.page.evaluate(() => (window as unknown as Framed).goldsetFrames);
    const gaps = times.slice(1).flatMap((time, i) => {
      const previous = times[i] ?? time;
      return time >= from && previous <= to ? [time - previous] : [];
    });
    return largest(gaps);
  }
}
