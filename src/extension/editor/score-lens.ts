/** The lens that says how a prompt scores as it is now: of its text, its model and parameters, and its golden set, or marked as of before. */
import * as vscode from 'vscode';
import { scoreText } from '../../core/results/case-counts.ts';
import { shownScore } from '../../core/versions/shown-score.ts';
import { errorAction } from '../../core/problems/error-actions.ts';
import type { DocumentAnalysis } from '../economics/prompt-analyses.ts';
import type { Runs } from '../runs/runs.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';

/** `isEdited`: the analysis is of a text that was edited since. */
export async function scoreCommand(
  { scored, root, id }: Pick<DocumentAnalysis, 'scored' | 'root' | 'id'>,
  isEdited: boolean,
  services: Services,
  runs: Runs,
): Promise<vscode.Command> {
  const { scores, rates } = services.engine();
  const shown = shownScore(await rates.of(root, id, scores.all(root), scored), scored, isEdited);
  const outcome = scored === null || isEdited ? null : runs.outcomeOf(root, scored, shown.score);
  const counts = outcome?.counts ?? shown.score;
  const cause = counts?.errorCauses?.[0];
  const action = cause === undefined ? null : errorAction(cause.code);
  const title = outcome === null ? shown.text : scoreText(outcome.counts);
  const uri = vscode.Uri.file(id);
  if (action !== null && cause !== undefined)
    return { title: `$(warning) ${title}`, tooltip: action.title, command: commands.solveError, arguments: [uri, cause.code] };
  return {
    title: shown.isEarlier && outcome === null ? `$(history) ${title}` : title,
    tooltip: shown.isEarlier
      ? 'The score of what stood here before. Run the prompt for the score of what stands here now'
      : 'Passed, of the active cases that were judged. Show the results of the last run',
    command: commands.showResults,
    arguments: [uri],
  };
}
