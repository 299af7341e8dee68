/** The response cache of a root for `ask`. What goes wrong with it is told once, and the call goes on without. */
import { accountOf } from '../adapters/models/account.ts';
import { writeWarning } from '../adapters/capture/write-warning.ts';
import { ResponseCache } from '../adapters/storage/response-cache/response-cache.ts';
import { messageOf } from '../core/problems/errors.ts';
import type { ModelResponse } from '../core/model/model-request.ts';
import type { AskOptions } from './goldset-runtime.d.ts';

const caches = new Map<string, ResponseCache>();
const told = new Set<string>();

export class AnswerCache {
  /** `apiKey`: an account of its own for each key; null: the server needs none. */
  constructor(
    private readonly root: string,
    private readonly apiKey: string | null,
    private readonly options: AskOptions,
  ) {}

  /** Null: it is not known, or not to be looked for. */
  find(key: string): ModelResponse | null {
    const { cache: mode = 'off' } = this.options;
    return mode === 'use' || mode === 'frozen' ? this.quietly(() => this.opened().find(key, this.account())) : null;
  }

  keep(key: string, response: ModelResponse): void {
    const { cache: mode = 'off' } = this.options;
    if (mode !== 'use' && mode !== 'refresh') return;
    const isKept = this.quietly(() => this.opened().keep(key, this.account(), response));
    if (isKept === false) this.problem('The response cache cannot be written, so answers are not kept.');
  }

  private account(): string | null {
    return this.apiKey === null ? null : accountOf(this.root, this.apiKey);
  }

  private opened(): ResponseCache {
    const known = caches.get(this.root) ?? new ResponseCache(this.root);
    if (caches.size === 0) process.once('exit', () => caches.forEach((each) => each.close()));
    caches.set(this.root, known);
    return known;
  }

  /** Null: it failed. */
  private quietly<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.problem(`The response cache cannot be used: ${messageOf(error)}.`);
      return null;
    }
  }

  private problem(text: string): void {
    if (told.has(text)) return;
    told.add(text);
    try {
      (this.options.onProblem ?? writeWarning)(text);
    } catch (error) {
      // What the application makes of it is no reason to end its call.
      writeWarning(messageOf(error));
    }
  }
}
