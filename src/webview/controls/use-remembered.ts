/** What a page remembers when it is hidden or reloaded. */
import { useCallback, useState } from 'preact/hooks';
import { readState, writeState, type PageState } from '../host.ts';

/** A part of what the page remembers. */
export function useRemembered<K extends keyof PageState>(name: K): [PageState[K], (value: PageState[K]) => void] {
  const [value, setValue] = useState<PageState[K]>(() => readState()[name]);
  const set = useCallback(
    (next: PageState[K]): void => {
      setValue(() => next);
      writeState({ [name]: next });
    },
    [name],
  );
  return [value, set];
}
