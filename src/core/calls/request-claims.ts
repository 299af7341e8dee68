/** The port to the requests that other processes have in progress. */
import type { ModelResponse } from '../model/model-request.ts';

export interface Claim {
  /** What another process was answered meanwhile; null: this process is to send the request, or the wait was aborted. */
  readonly response: ModelResponse | null;
  /** After the answer is on disk, or when there will be none. */
  release(): void;
}

export interface RequestClaims {
  /** Waits while another process has this request in progress. Never rejects because of the disk. */
  take(key: string, account: string | null, signal: AbortSignal): Promise<Claim>;
}
