/** How often a signal is seen. */
export interface SignalRate {
  readonly signal: string;
  /** Whether many of it are good news; null: neither. */
  readonly isGood: boolean | null;
  readonly prompt: string;
  readonly version: string | null;
  readonly model: string | null;
  /** The value of an attribute that these calls have, of all versions and models; absent: rates are by version and model. */
  readonly by?: { readonly attribute: string; readonly value: string };
  /** Interactions that could have it. */
  readonly n: number;
  readonly count: number;
  readonly rate: number;
  /** Wilson, 95 %. */
  readonly interval: readonly [number, number];
}
