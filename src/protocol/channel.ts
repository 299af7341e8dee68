/**
 * The conversation between the extension and a page: one interface per direction, requests with replies and events
 * without. What arrives is unknown until it has the shape of a message; a handler checks its own arguments.
 */

type Methods<T> = { [K in keyof T]: T[K] extends (args: infer A) => infer R ? { args: A; result: R } : never };
export type Handlers<T> = { [K in keyof T]: (args: Methods<T>[K]['args']) => Promise<Methods<T>[K]['result']> | Methods<T>[K]['result'] };

export interface Port {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): () => void;
}

export interface Channel<Theirs> {
  /** Asks the other side. Rejects with its reason, or when the channel is closed. */
  call<K extends keyof Theirs & string>(method: K, args: Methods<Theirs>[K]['args']): Promise<Methods<Theirs>[K]['result']>;
  /** Tells the other side, without a reply. */
  tell<K extends keyof Theirs & string>(method: K, args: Methods<Theirs>[K]['args']): void;
  close(): void;
}

type Message =
  | { readonly id: number | null; readonly method: string; readonly args: unknown }
  | { readonly reply: number; readonly result?: unknown; readonly error?: string };

export function openChannel<Ours, Theirs>(port: Port, handlers: Handlers<Ours>): Channel<Theirs> {
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let next = 1;
  const answer = async (id: number | null, method: string, args: unknown): Promise<void> => {
    const handler = Object.hasOwn(handlers, method) ? (handlers as Record<string, (args: unknown) => unknown>)[method] : undefined;
    try {
      if (!handler) throw new Error(`There is no method "${method}".`);
      const result = await handler(args);
      if (id !== null) port.post({ reply: id, result });
    } catch (error) {
      if (id !== null) port.post({ reply: id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  const stop = port.listen((message) => {
    if (!isMessage(message)) return;
    if ('method' in message) {
      void answer(message.id, message.method, message.args);
      return;
    }
    const waiting = pending.get(message.reply);
    pending.delete(message.reply);
    if (message.error === undefined) waiting?.resolve(message.result as never);
    else waiting?.reject(new Error(message.error));
  });
  return {
    call: (method, args) =>
      new Promise((resolve, reject) => {
        const id = next++;
        pending.set(id, { resolve, reject });
        port.post({ id, method, args });
      }),
    tell: (method, args) => port.post({ id: null, method, args }),
    close: () => {
      stop();
      for (const { reject } of pending.values()) reject(new Error('The page was closed.'));
      pending.clear();
    },
  };
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const message = value as { id?: unknown; method?: unknown; reply?: unknown; error?: unknown };
  if (typeof message.reply === 'number') return message.error === undefined || typeof message.error === 'string';
  return typeof message.method === 'string' && (message.id === null || typeof message.id === 'number');
}
