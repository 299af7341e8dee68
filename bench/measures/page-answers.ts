/** How soon the results page answers: from an act of its user to the frame in which its rows are there. */
import type { Frame } from 'playwright-core';

type Act = 'filter' | 'find' | 'sort';

export const ACTS: readonly { readonly what: string; readonly act: Act }[] = [
  { what: 'filter to the failed, and back', act: 'filter' },
  { what: 'find a word in 40,000 outputs', act: 'find' },
  { what: 'sort by cost', act: 'sort' },
];

/** ms. Even rounds go one way, odd rounds back. @throws {Error} when the rows do not change. */
export const answerMs = (frame: Frame, act: Act, round: number): Promise<number> => frame.evaluate(answer, [act, round] as const);

/** Runs in the page. */
async function answer([act, round]: readonly [Act, number]): Promise<number> {
  const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];
  const one = (selector: string, text = /(?:)/): HTMLElement => {
    const found = all(selector).find((item) => text.test(item.textContent));
    if (!found) throw new Error(`There is no ${selector} with ${text}.`);
    return found;
  };
  const turn = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
  const look = (): string => [one('.shown-count'), ...all('.row .case .link').slice(0, 6)].map(({ textContent }) => textContent).join('|');
  const acts = {
    filter: () => one('.filters .filter', round % 2 === 0 ? /^Failed/ : /^All/).click(),
    find: () => {
      const box = one('#search') as HTMLInputElement;
      box.value = round % 2 === 0 ? `number ${round}1` : '';
      box.dispatchEvent(new Event('input', { bubbles: true }));
    },
    sort: async () => {
      one('.view-options button', /Sort/).click();
      await turn();
      one('[role="menuitemcheckbox"]', round % 2 === 0 ? /Cost/ : /Order/).click();
    },
  };
  one('.scroller').scrollTop = 0;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = look();
  const began = performance.now();
  await acts[act]();
  while (look() === before) {
    if (performance.now() - began > 10_000) throw new Error(`The rows did not change within 10 s of "${act}".`);
    await turn();
  }
  return performance.now() - began;
}
