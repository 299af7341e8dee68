/** The scores that the rows of prompts show: of each prompt as it is now, with what is typed but not saved. */
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { shownScore, type ShownScore } from '../../core/versions/shown-score.ts';
import { unsavedTexts } from '../window/documents.ts';
import type { Services } from '../window/services.ts';

export class PromptScores {
  private readonly known = new Map<string, ShownScore>();
  /** Only the last reading goes on. */
  private reading = 0;

  constructor(
    private readonly services: Services,
    private readonly changed: (uris: readonly string[]) => void,
  ) {}

  /** Undefined: it is not read yet, or the prompt has none. */
  of(uri: vscode.Uri): ShownScore | undefined {
    return this.known.get(uri.toString());
  }

  /** Reads them one after the other; tells once which have changed. A prompt that never ran is not read. */
  async read(uris: readonly vscode.Uri[]): Promise<void> {
    const own = ++this.reading;
    const changed: string[] = [];
    for (const uri of uris) {
      const before = this.of(uri);
      const now = await this.scoreOf(uri);
      if (own !== this.reading) return;
      if (before?.text === now?.text) continue;
      if (now === undefined) this.known.delete(uri.toString());
      else this.known.set(uri.toString(), now);
      changed.push(uri.toString());
    }
    if (changed.length > 0) this.changed(changed);
  }

  private async scoreOf({ fsPath }: vscode.Uri): Promise<ShownScore | undefined> {
    try {
      const engine = this.services.engine();
      const root = findRoot(fsPath);
      const scores = engine.scores.all(root);
      if (scores.length === 0) return undefined;
      const found = await engine.scoreKey(fsPath, unsavedTexts());
      if (found === null || !scores.some(({ prompt }) => prompt === found.key.prompt)) return undefined;
      return shownScore(await engine.rates.of(root, fsPath, scores, found.key), found.key, false);
    } catch (error) {
      // The prompt itself says what is wrong with it.
      this.services.log.debug(`The score of ${fsPath} is not known: ${messageOf(error)}`);
      return undefined;
    }
  }
}
