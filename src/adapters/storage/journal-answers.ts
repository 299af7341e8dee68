/** Answers in the journals of earlier runs: for what the response cache has lost, or was told not to keep. */
import { existsSync, lstatSync } from 'node:fs';
import type { JsonValue } from '../../core/json/json.ts';
import type { AnswerStore } from '../../core/calls/answers.ts';
import type { Claim, RequestClaims } from '../../core/calls/request-claims.ts';
import type { ModelResponse } from '../../core/model/model-request.ts';
import type { Result } from '../../core/results/result.ts';
import { readJournalEnds, readJournalFile, readRecordAt, readResultAt } from './journal-file.ts';
import { responseOf } from './response-cache/stored-response.ts';
import { listRuns, storedJournal } from './run-files.ts';

/** Newest journals that are looked into. */
const MAX_JOURNALS = 20;
/** Bytes of journals without an index that are read whole, all together: those of versions before 0.6 and of interrupted runs. */
const MAX_READ = 32 << 20;

/** The cache first; then, once something is missed, the journals of the same candidates. */
export class CacheThenJournals implements AnswerStore {
  private journals: Map<string, Journalled> | null = null;

  /** `candidates`: ids in the plan. `except`: the run itself. */
  constructor(
    private readonly cache: AnswerStore,
    private readonly root: string,
    private readonly candidates: ReadonlySet<string>,
    private readonly except: string,
    private readonly claims: RequestClaims,
  ) {}

  claim(key: string, account: string | null, signal: AbortSignal): Promise<Claim> {
    return this.claims.take(key, account, signal);
  }

  find(key: string, account: string | null): ModelResponse | null {
    const kept = this.cache.find(key, account);
    if (kept !== null) return kept;
    this.journals ??= this.readJournals();
    const known = this.journals.get(key);
    if (known === undefined || (account !== null && known.account !== null && known.account !== account)) return null;
    const response = known.response();
    // The next time it is found where it belongs, and recordings have it.
    if (response !== null) this.cache.keep(key, known.account ?? account, response);
    return response;
  }

  keep(key: string, account: string | null, answer: ModelResponse): boolean {
    return this.cache.keep(key, account, answer);
  }

  private readJournals(): Map<string, Journalled> {
    const answers = new Map<string, Journalled>();
    let left = MAX_READ;
    for (const id of listRuns(this.root).slice(0, MAX_JOURNALS)) {
      const file = id === this.except ? null : storedJournal(this.root, id);
      const ends = file === null ? null : readJournalEnds(file);
      if (file === null || !ends?.head.candidates.some((candidate) => this.candidates.has(candidate.id))) continue;
      let found = ends.end?.index === undefined ? null : indexedAnswers(file, ends.end.index);
      if (found === null) {
        const { size } = lstatSync(file);
        if (size > left) continue;
        left -= size;
        found = answersIn(file);
      }
      for (const [key, answer] of found) if (!answers.has(key)) answers.set(key, answer);
    }
    return answers;
  }
}

interface Journalled {
  readonly account: string | null;
  /** Read when it is asked for: outputs are not kept in memory. Null: it cannot be trusted. */
  readonly response: () => ModelResponse | null;
}

/** By the index at the end of a journal; null: it is damaged. */
function indexedAnswers(file: string, position: number): Map<string, Journalled> | null {
  const index = readRecordAt(file, position);
  if (index?.kind !== 'index') return null;
  return new Map(
    index.answers.map(([key, account, at]): [string, Journalled] => [
      key,
      {
        account,
        response: () => {
          const record = existsSync(file) ? readRecordAt(file, at) : null;
          return record?.kind === 'answer' && record.key === key
            ? responseOf((record.response ?? undefined) as JsonValue | undefined)
            : null;
        },
      },
    ]),
  );
}

/** What a run paid for, graded or not. */
function answersIn(file: string): Map<string, Journalled> {
  const graded = new Map<string, number>();
  const content = readJournalFile(file, ({ request, output }, position) => {
    if (typeof request === 'string' && output !== null) graded.set(request, position);
  });
  const answers = new Map<string, Journalled>();
  for (const { key, account, response } of content?.answers ?? []) {
    const position = graded.get(key);
    const own = { account: typeof account === 'string' ? account : null };
    if (position !== undefined) answers.set(key, { ...own, response: () => responseAt(file, position) });
    else if (response !== null) answers.set(key, { ...own, response: () => responseOf(response as unknown as JsonValue) });
  }
  return answers;
}

function responseAt(file: string, position: number): ModelResponse | null {
  const result = readResultAt(file, position);
  return result === null ? null : responseIn(result);
}

/** Null: the sample had no answer, or none that can be trusted. */
function responseIn({ costUsd, ...result }: Result): ModelResponse | null {
  // The cost of a result is of all of its rounds; the answer is the last of them.
  const isReported = result.costReported === true && (result.rounds ?? []).length === 0;
  return responseOf({ ...result, ...(isReported ? { costUsd } : {}) } as unknown as JsonValue);
}
