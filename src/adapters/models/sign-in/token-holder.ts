/** Tokens of one provider in memory, and nowhere else: until they expire, or for five minutes. Requests at the same time share one run of the command. */
import { ProviderError } from '../../../core/problems/errors.ts';
import { secretsIn, type PrintedToken } from './printed-token.ts';

/** How long a token is kept that does not say when it expires. ms. */
const UNKNOWN_LIFE = 5 * 60_000;
/** Earlier tokens that answers may still repeat. */
const MOST_REMEMBERED = 20;

export interface HeldToken {
  readonly token: PrintedToken['token'];
  readonly expiresAt: number;
  /** It came in place of one that was refused, and no request with it has succeeded. */
  isUnproven: boolean;
}

interface Running {
  readonly token: Promise<HeldToken>;
  readonly abort: AbortController;
  waiting: number;
}

export class TokenHolder {
  private held: HeldToken | null = null;
  private running: Running | null = null;
  private readonly given: string[] = [];

  /** `now`: ms since 1970. */
  constructor(
    private readonly run: (signal: AbortSignal) => Promise<PrintedToken>,
    private readonly now: () => number,
  ) {}

  /** Every secret that requests carried, so that none comes back in an answer. */
  get secrets(): readonly string[] {
    return this.given;
  }

  /** @throws what the command ended with. */
  async current(signal: AbortSignal): Promise<HeldToken> {
    const { held } = this;
    return held !== null && this.now() < held.expiresAt ? held : this.fresh(false, signal);
  }

  /** A token in place of one that the server refused; null: that one had come in place of another, so the command has nothing better. */
  async instead(refused: HeldToken, signal: AbortSignal): Promise<HeldToken | null> {
    if (this.held !== refused && this.held !== null) return this.current(signal);
    if (!refused.isUnproven) return this.fresh(true, signal);
    // The next request runs the command again: the user may have signed in by then.
    this.held = null;
    return null;
  }

  private async fresh(isUnproven: boolean, signal: AbortSignal): Promise<HeldToken> {
    // One that all who waited for it gave up is being stopped.
    if (this.running?.abort.signal.aborted === true) this.running = null;
    const running = (this.running ??= this.start(isUnproven));
    running.waiting++;
    const cancelled = new Promise<never>((_, reject) => {
      const stop = (): void => reject(new ProviderError('aborted', 'The call was cancelled.'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      void running.token.then(
        () => signal.removeEventListener('abort', stop),
        () => signal.removeEventListener('abort', stop),
      );
    });
    try {
      return await Promise.race([running.token, cancelled]);
    } finally {
      if (--running.waiting === 0) running.abort.abort();
    }
  }

  private start(isUnproven: boolean): Running {
    const abort = new AbortController();
    const token = this.run(abort.signal).then((printed) => this.hold(printed, isUnproven));
    const running: Running = { token, abort, waiting: 0 };
    const end = (): void => {
      if (this.running === running) this.running = null;
    };
    token.then(end, end);
    return running;
  }

  private hold({ token, expiresAt }: PrintedToken, isUnproven: boolean): HeldToken {
    const held = { token, expiresAt: expiresAt ?? this.now() + UNKNOWN_LIFE, isUnproven };
    this.held = held;
    for (const secret of secretsIn(token)) if (!this.given.includes(secret)) this.given.push(secret);
    this.given.splice(0, this.given.length - MOST_REMEMBERED);
    return held;
  }
}

/** The tokens of several providers, for as long as the process or the window runs. */
export class TokenHolders {
  private readonly holders = new Map<string, TokenHolder>();

  /** `key`: the command, and the one origin that its tokens go to. */
  of(key: string, make: () => TokenHolder): TokenHolder {
    const holder = this.holders.get(key) ?? make();
    this.holders.set(key, holder);
    return holder;
  }
}
