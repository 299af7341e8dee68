/** `goldset scores push|pull`: scores in git notes, so that everybody sees what CI has measured. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { noteScores, pullScores, pushScores, ScoreNotes } from '../../adapters/git/score-notes.ts';
import { ScoreStore } from '../../adapters/storage/score-store.ts';
import { promptsAt } from '../run/prompt-search.ts';
import { targetsAt } from '../../adapters/git/target-at.ts';
import type { Arguments } from '../arguments.ts';
import { repositoryOf } from '../run/baseline.ts';
import { withSession } from '../session.ts';
import { stdout } from '../output.ts';

export async function scoresCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [action, ...rest] = args.paths;
  if ((action !== 'push' && action !== 'pull') || rest.length > 0)
    throw new ConfigurationError('usage', 'Name an action: push or pull.', 'See: goldset help scores');
  const remote = args.text('remote') ?? 'origin';
  return withSession({ ...args, paths: [] }, evaluator, async (session) => {
    const { cwd, workspace } = session;
    const repository = await repositoryOf(workspace.root);
    try {
      if (action === 'pull') {
        const had = await pullScores(repository, remote);
        const { scores: known } = await new ScoreNotes().of(repository);
        stdout.write(had ? `${quantity(known.length, 'score')} available.\n` : `${remote} has no scores yet.\n`);
        return 0;
      }
      // What ran here belongs to the newest commit when its prompt is as it is there.
      const at = await targetsAt(repository, args.text('commit') ?? 'HEAD', workspace);
      const scores = new ScoreStore().all(workspace.root);
      const versions = new Map<string, string>();
      for (const file of await promptsAt([], cwd)) {
        const loaded = await evaluator.load({ workspace, file, unsaved: {}, most: 1 });
        const target = await at.targetOf(loaded);
        if (target !== null) versions.set(loaded.target.document.path, target.version);
      }
      const own = scores.filter((score) => versions.get(score.prompt) === score.version);
      await noteScores(repository, at.commit, own);
      await pushScores(repository, remote);
      stdout.write(`${quantity(own.length, 'score')} of ${at.commit.slice(0, 8)} pushed to ${remote}.\n`);
      return 0;
    } finally {
      repository.close();
    }
  });
}
