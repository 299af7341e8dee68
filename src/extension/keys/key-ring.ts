/** The keys that the editor keeps, each for one origin, and which variables the user allowed for an origin that is not theirs. */
import type * as vscode from 'vscode';
import type { AllowedKeys } from '../../adapters/storage/allowed-keys.ts';

const ORIGINS = 'goldset.keyOrigins';

/** Secret storage cannot list what it has on every version of the editor, so the origins, which are no secret, are kept beside it. */
export class KeyRing {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    /** Of the user. */
    private readonly ofUser: vscode.Memento,
    /** The pairs of variable and origin that the user allowed, here or on the command line. */
    readonly allowed: AllowedKeys,
  ) {}

  get origins(): readonly string[] {
    return this.ofUser.get<string[]>(ORIGINS, []);
  }

  async keyFor(origin: string): Promise<string | null> {
    return (await this.secrets.get(secretName(origin))) ?? null;
  }

  async keep(origin: string, key: string): Promise<void> {
    await this.secrets.store(secretName(origin), key);
    await this.ofUser.update(ORIGINS, [...new Set([...this.origins, origin])].sort());
  }

  async remove(origin: string): Promise<void> {
    await this.secrets.delete(secretName(origin));
    await this.ofUser.update(
      ORIGINS,
      this.origins.filter((item) => item !== origin),
    );
  }
}

const secretName = (origin: string): string => `goldset.key:${origin}`;
