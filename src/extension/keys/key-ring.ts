/** The keys that the editor keeps, each for one origin, and which variables the user lets go to an origin that is not theirs. */
import type * as vscode from 'vscode';

/** A variable that the user lets go to a foreign origin. */
export interface Grant {
  readonly variable: string;
  readonly origin: string;
}

const ORIGINS = 'goldset.keyOrigins';
const GRANTS = 'goldset.keyGrants';

/** Secret storage cannot list what it has on every version of the editor, so the origins, which are no secret, are kept beside it. */
export class KeyRing {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    /** Of the user. */
    private readonly ofUser: vscode.Memento,
    /** Of the workspace: a grant is for what its goldset.yaml says. */
    private readonly ofWorkspace: vscode.Memento,
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

  get grants(): readonly Grant[] {
    return this.ofWorkspace.get<Grant[]>(GRANTS, []);
  }

  isGranted({ variable, origin }: Grant): boolean {
    return this.grants.some((grant) => grant.variable === variable && grant.origin === origin);
  }

  async grant(grant: Grant): Promise<void> {
    if (!this.isGranted(grant)) await this.ofWorkspace.update(GRANTS, [...this.grants, grant]);
  }

  async revoke({ variable, origin }: Grant): Promise<void> {
    await this.ofWorkspace.update(
      GRANTS,
      this.grants.filter((grant) => grant.variable !== variable || grant.origin !== origin),
    );
  }
}

const secretName = (origin: string): string => `goldset.key:${origin}`;
