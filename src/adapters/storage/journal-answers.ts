/** Answers in the journals of earlier runs: for what the response cache has lost, or was told not to keep. */
import type { AnswerStore } from '../../core/run/calls/answers.ts';
import type { ModelResponse } from '../../core/run/model-client.ts';
import type { Result } from '../../core/run/result.ts';
import { readJournalEnds, readJournalFile } from './journal-file.ts';
import { journalFile, listRuns } from './run-files.ts';

/** Newest journals that are looked into. */
const MAX_JOURNALS = 20;

/** The cache first; then, once something is missed, the journals of the same candidates. */
export class CacheThenJournals implements AnswerStore {
  private journals: Map<string, ModelResponse> | null = null;

  /** `candidates`: ids in the plan. `except`: the run itself. */
  constructor(
    private readonly cache: AnswerStore,
    private readonly root: string,
    private readonly candidates: ReadonlySet<string>,
    private readonly except: string,
  ) {}

  find(key: string, account: string | null): ModelResponse | null {
    const kept = this.cache.find(key, account);
    if (kept !== null) return kept;
    this.journals ??= this.readJournals();
    return this.journals.get(key) ?? null;
  }

  keep(key: string, account: string | null, answer: ModelResponse): boolean {
    return this.cache.keep(key, account, answer);
  }

  private readJournals(): Map<string, ModelResponse> {
    const answers = new Map<string, ModelResponse>();
    for (const id of listRuns(this.root).slice(0, MAX_JOURNALS)) {
      const file = journalFile(this.root, id);
      const ends = id === this.except ? null : readJournalEnds(file);
      if (!ends?.head.candidates.some((candidate) => this.candidates.has(candidate.id))) continue;
      readJournalFile(file, (result) => {
        const response = responseIn(result);
        if (result.request && response !== null && !answers.has(result.request)) answers.set(result.request, response);
      });
    }
    return answers;
  }
}

/** Null: the sample had no answer. */
function responseIn({ output, toolCalls, finish, usage, ttftMs, latencyMs }: Result): ModelResponse | null {
  return output === null || latencyMs === null ? null : { output, toolCalls, finish, usage, ttftMs, latencyMs };
}
