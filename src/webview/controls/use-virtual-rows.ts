/** Which rows are in view. All rows have one height, so that finding them is a division. */
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { readState, writeState } from '../host.ts';

/** How fast rows go by: `flying` faster than anybody can read, so that only what is seen at a glance is shown. */
export type ScrollSpeed = 'calm' | 'scrolling' | 'flying';

/** Rows above and below the view that are there before they are scrolled to. */
const OVERSCAN: Readonly<Record<ScrollSpeed, number>> = { calm: 4, scrolling: 2, flying: 0 };
/** ms without scrolling after which rows are shown with all their formats. */
const CALM = 120;

/** Which rows should be here; `glance`: only so much as is seen while they fly by. */
export type OnView = (from: number, to: number, glance: boolean) => void;

export interface VirtualRows {
  readonly scroller: { readonly current: HTMLDivElement | null };
  /** Rows that fit into the view. */
  readonly fit: number;
  readonly pace: ScrollSpeed;
  readonly onScroll: () => void;
  /** Brings a row into view. */
  readonly reveal: (row: number) => void;
}

/** `onView` hears which rows should be here; scrolling itself draws nothing until they are. */
export function useVirtualRows(height: number, total: number, onView: OnView): VirtualRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [fit, setFit] = useState(10);
  const [pace, setPace] = useState<ScrollSpeed>('calm');
  const calm = useRef<ReturnType<typeof setTimeout> | null>(null);
  const last = useRef(0);

  const measure = useCallback(
    (now: ScrollSpeed): void => {
      const element = scroller.current;
      if (!element) return;
      const first = Math.floor(element.scrollTop / height);
      const rows = Math.ceil(element.clientHeight / height) + 1;
      setFit(rows);
      onView(Math.max(0, first - OVERSCAN[now]), first + rows + OVERSCAN[now], now === 'flying');
    },
    [height, onView],
  );

  /** A timer that was set before another density must not ask for the rows of that one. */
  const latest = useRef(measure);
  latest.current = measure;

  const onScroll = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    const step = Math.abs(element.scrollTop - last.current);
    const now: ScrollSpeed = step > element.clientHeight / 2 ? 'flying' : step > height / 2 ? 'scrolling' : 'calm';
    last.current = element.scrollTop;
    if (calm.current !== null) clearTimeout(calm.current);
    if (now !== 'calm') setPace(now);
    measure(now);
    calm.current = setTimeout(() => {
      setPace('calm');
      latest.current('calm');
      writeState({ scroll: element.scrollTop });
    }, CALM);
  }, [measure, height]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const resized = (): void => measure('calm');
    resized();
    const observer = new ResizeObserver(resized);
    observer.observe(element);
    return () => observer.disconnect();
  }, [measure]);
  const restored = useRef(false);
  useLayoutEffect(() => {
    const element = scroller.current;
    // Before there are rows there is nothing to scroll to.
    if (element && total > 0 && !restored.current) {
      restored.current = true;
      element.scrollTop = readState().scroll;
      last.current = element.scrollTop;
    }
    // A shorter list may have moved the view.
    measure('calm');
  }, [total, measure]);

  const reveal = useCallback(
    (row: number): void => {
      const element = scroller.current;
      if (!element) return;
      const head = element.querySelector<HTMLElement>('.head')?.offsetHeight ?? 0;
      const top = row * height;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + height + head > element.scrollTop + element.clientHeight)
        element.scrollTop = top + height + head - element.clientHeight;
    },
    [height],
  );
  return { scroller, fit, pace, onScroll, reveal };
}
