/** What a missing or refused key has stopped, so that it continues when a key was entered. */
export class StoppedByKey {
  private rest: { readonly name: string; readonly start: () => Promise<unknown> } | null = null;

  /** `name`: as a sentence calls it. */
  set(name: string, start: () => Promise<unknown>): void {
    this.rest = { name, start };
  }

  clear(): void {
    this.rest = null;
  }

  /** Null: nothing waits for a key. */
  get name(): string | null {
    return this.rest?.name ?? null;
  }

  /** Once: a second key continues nothing. */
  async continue(): Promise<void> {
    const { rest } = this;
    this.rest = null;
    await rest?.start();
  }
}
