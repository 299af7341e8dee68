/**
 * Requests that a process of this folder has in progress, `.goldset/cache/claims/`: a lock for each, so that two runs at once do not pay for
 * the same answer. The lock of a process that was killed is taken over (see lock-file.ts). A claim is a courtesy and no condition: where no
 * file can be made, or a process of another host holds a claim for too long, the request is sent.
 */
import type { Claim, RequestClaims } from '../../../core/calls/request-claims.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { sha256 } from '../../hash.ts';
import { dataFolder } from '../data-folder/data-folder.ts';
import { takeLock, type Lock } from '../lock-file.ts';

/** ms between two looks. */
const POLL = 100;
/** Longer than a call takes with its retries. ms. */
const LONGEST_WAIT = 30 * 60_000;

export interface ClaimPorts {
  /** Looks at the disk, whatever is in memory. */
  readonly find: (key: string, account: string | null) => ModelResponse | null;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class FolderClaims implements RequestClaims {
  /** `root`: of the workspace. */
  constructor(
    private readonly root: string,
    private readonly ports: ClaimPorts,
  ) {}

  async take(key: string, account: string | null, signal: AbortSignal): Promise<Claim> {
    const { find, now, sleep } = this.ports;
    const name = sha256(`${key} ${account ?? ''}`).slice(0, 32);
    for (const began = now(); ; await sleep(POLL, signal)) {
      const lock = this.lock(name);
      // The process that had it may have answered and ended between our look and the lock.
      const response = find(key, account);
      if (response !== null || signal.aborted) {
        if (typeof lock === 'object') lock?.release();
        return { response, release: () => undefined };
      }
      if (lock === 'impossible' || now() - began > LONGEST_WAIT) return { response: null, release: () => undefined };
      if (lock !== null) return { response: null, release: () => lock.release() };
    }
  }

  /** Null: another process has it. */
  private lock(name: string): Lock | null | 'impossible' {
    try {
      return takeLock(dataFolder(this.root).writable('cache', 'claims', name));
    } catch (error) {
      if (error instanceof Error && 'code' in error) return 'impossible';
      throw error;
    }
  }
}
