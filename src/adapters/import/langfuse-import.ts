/**
 * Langfuse's observations and scores of some days. How far it is stands in `.goldset/imports/` after each page, so that an
 * import that was interrupted goes on; what it has twice is stored once.
 */
import { rmSync } from 'node:fs';
import type { ReadRow } from '../../core/feedback/logs/log-format.ts';
import { observationLine, scoreLine } from '../../core/feedback/logs/langfuse/langfuse-rows.ts';
import { isProviderError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { personHash } from '../capture/user-hash.ts';
import { sha256 } from '../hash.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';
import type { ImportSink } from './import-sink.ts';
import type { LangfuseClient, LangfuseList, LangfuseWindow } from './langfuse-client.ts';
import type { Refusals } from './refusals.ts';

const LISTS = ['observations', 'scores'] as const satisfies readonly LangfuseList[];
const READERS: Readonly<Record<LangfuseList, (row: JsonValue) => ReadRow>> = {
  observations: (row) => observationLine(row, personHash),
  scores: scoreLine,
};

export interface LangfuseProgress {
  readonly list: LangfuseList;
  readonly pages: number;
  readonly rows: number;
}

export interface LangfuseImport {
  readonly root: string;
  readonly client: LangfuseClient;
  readonly window: LangfuseWindow;
  readonly sink: ImportSink;
  readonly refusals: Refusals;
  /** Nothing is written, not even how far it is. */
  readonly isTrial: boolean;
  readonly onPage: (progress: LangfuseProgress) => void;
}

interface State {
  list: LangfuseList;
  /** Of the next page; null: the first. */
  cursor: string | null;
}

/** Whether an import of these days was interrupted. */
export const isInterrupted = (root: string, client: LangfuseClient, window: LangfuseWindow): boolean =>
  dataFolder(root).readable(...stateNames(client, window)) !== null;

/** @throws {ProviderError} when Langfuse cannot be read to the end; what came is stored. */
export async function importLangfuse(given: LangfuseImport): Promise<void> {
  const { root, client, window, sink, refusals, isTrial, onPage } = given;
  const names = stateNames(client, window);
  const state = (isTrial ? null : storedState(root, names)) ?? { list: 'observations', cursor: null };
  for (const list of LISTS.slice(LISTS.indexOf(state.list))) {
    if (list !== state.list) [state.list, state.cursor] = [list, null];
    let isResumed = state.cursor !== null;
    const seen = new Set<string>();
    for (let pages = 1; ; pages++) {
      const page = await client.page(list, window, state.cursor).catch((error: unknown) => {
        // A cursor of long ago may mean nothing any more: then from the beginning, where what is known is passed over.
        if (isResumed && isProviderError(error) && error.failure === 'bad-request') return null;
        throw error;
      });
      isResumed = false;
      if (page === null) {
        state.cursor = null;
        seen.clear();
        continue;
      }
      const reads = page.rows.map((row) => READERS[list](row));
      await sink.expect(reads.filter((read) => 'interaction' in read));
      reads.forEach((read, i) => {
        const place = `${list}, page ${pages}, row ${i + 1}`;
        refusals.read++;
        if ('skipped' in read) refusals.skip(place, read.skipped);
        const problem = 'problem' in read ? read.problem : 'skipped' in read ? null : sink.add(read);
        if (problem !== null) refusals.add(place, problem);
      });
      sink.flush();
      onPage({ list, pages, rows: page.rows.length });
      // A server that goes round in circles would never end.
      if (page.cursor === null || seen.has(page.cursor)) break;
      seen.add(page.cursor);
      state.cursor = page.cursor;
      if (!isTrial) replaceFile(dataFolder(root).writable(...names), JSON.stringify(state));
    }
  }
  if (!isTrial) rmSync(dataFolder(root).writable(...names), { force: true });
}

/** By project and days; the key itself is not in it. */
function stateNames({ host, publicKey }: LangfuseClient, { from, to }: LangfuseWindow): string[] {
  const name = sha256([host, publicKey, from, to].join(' ')).slice(0, 16);
  return ['imports', `langfuse-${name}.json`];
}

/** Null: there is none that can be read. */
function storedState(root: string, names: readonly string[]): State | null {
  const file = dataFolder(root).readable(...names);
  const value = file === null ? undefined : parseJson(textNoFollow(file));
  const list = isJsonObject(value) ? LISTS.find((item) => item === value['list']) : undefined;
  if (!isJsonObject(value) || list === undefined) return null;
  return { list, cursor: typeof value['cursor'] === 'string' ? value['cursor'] : null };
}
