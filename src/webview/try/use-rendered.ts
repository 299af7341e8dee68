/** The messages that the typed values give, made again while a person types: one request at a time, the last values always last. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Channel } from '../../protocol/channel.ts';
import type { RenderedTry, TryHost, TryInput } from '../../protocol/try.ts';

/** ms between a key and the request, so that a quick typist causes a few requests a second and not one for each key. */
const PAUSE = 100;

export interface Rendered {
  /** Null: nothing was rendered yet. */
  readonly rendered: RenderedTry | null;
  /** Why the last values could not be rendered; null: they could. */
  readonly fault: string | null;
}

/** `model`: whose tokens and price are shown. `revision` counts up when the prompt changes. */
export function useRendered(host: Channel<TryHost>, values: TryInput['values'] | null, model: string, revision: number): Rendered {
  const [found, setFound] = useState<Rendered>({ rendered: null, fault: null });
  const latest = useRef({ values, model });
  latest.current = { values, model };
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const isBusy = useRef(false);
  const isStale = useRef(false);
  const request = useCallback((): void => {
    const now = latest.current;
    if (now.values === null) return;
    if (isBusy.current) {
      isStale.current = true;
      return;
    }
    isBusy.current = true;
    void host
      .call('render', { values: now.values, model: now.model === '' ? null : now.model })
      .then(
        (rendered) => setFound({ rendered, fault: null }),
        (error: unknown) => setFound((known) => ({ ...known, fault: error instanceof Error ? error.message : String(error) })),
      )
      .finally(() => {
        isBusy.current = false;
        if (!isStale.current) return;
        isStale.current = false;
        request();
      });
  }, [host]);
  useEffect(() => {
    if (values === null) return;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      request();
    }, PAUSE);
  }, [values, model, revision, request]);
  return found;
}
