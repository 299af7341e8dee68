/** What a prompt scored the last time all of its cases ran. */
export interface PromptScore {
  readonly passed: number;
  readonly cases: number;
  readonly costPerCallUsd: number | null;
}
