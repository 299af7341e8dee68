/** `goldset versions`: the commits that changed a prompt's version, with what each scored and cost. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { versionText, type VersionFacts } from '../../core/versions/version-text.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { promptsAt } from '../run/prompt-search.ts';
import { promptVersions, type PromptVersions } from '../../adapters/git/prompt-versions.ts';
import { Submodules } from '../../adapters/git/submodules.ts';
import { ScoreNotes } from '../../adapters/git/score-notes.ts';
import { ScoreStore } from '../../adapters/storage/score-store.ts';
import type { Arguments } from '../arguments.ts';
import { repositoryOf } from '../run/baseline.ts';
import { withSession } from '../session.ts';
import { stderr, stdout } from '../output.ts';

const SHOWN = 20;
/** Of a score as text, in columns. */
const WIDTH = 52;

export async function versionsCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  return withSession(
    args,
    evaluator,
    async (session) => {
      const { cwd, workspace } = session;
      const repository = await repositoryOf(workspace.root);
      const submodules = new Submodules(repository);
      const local = new ScoreStore().kept(workspace.root);
      const noted = await new ScoreNotes().of(repository);
      for (const { count, first } of [local.refused, noted.refused])
        if (count > 0) stderr.write(`${quantity(count, 'score was', 'scores were')} not read. The first: ${first ?? ''}\n`);
      const found: { prompt: string; history: PromptVersions }[] = [];
      for (const file of await promptsAt(args.paths, cwd)) {
        const loaded = await evaluator.load({ workspace, file, unsaved: {}, most: 1 });
        const history = await promptVersions(await submodules.repositoryOf(file), loaded, workspace, {
          limit: args.count('limit', SHOWN),
          local: local.scores,
          noted,
        });
        found.push({ prompt: loaded.target.document.path, history });
      }
      for (const problem of new Set(found.flatMap(({ history }) => history.problems))) stderr.write(`${problem}\n`);
      await submodules.close();
      repository.close();
      if (found.length === 0) throw new ConfigurationError('versions/nothing', 'No prompts found here.', 'Name a prompt or a folder.');
      if (args.flag('json'))
        stdout.json({ schema: 'goldset.versions/1', prompts: found.map(({ prompt, history }) => ({ prompt, ...withoutOwner(history) })) });
      else for (const { prompt, history } of found) stdout.write(`${lines(prompt, history).join('\n')}\n`);
      return 0;
    },
    { data: 'optional', readsOnly: true },
  );
}

function lines(prompt: string, { working, versions, isShallow, more }: PromptVersions): string[] {
  const rows = versions.map(({ version, commit, owner, score, deployments }, i) => {
    const older = versions[i + 1]?.score ?? null;
    const names = deployments.length === 0 ? '' : ` [${deployments.join(', ')}]`;
    return `  ${version.slice(0, 8)}  ${commit.hash.slice(0, 8)}  ${commit.date.slice(0, 10)}  ${scoreColumn({ score, older, owner })}  ${commit.subject}${names}  (${commit.author})`;
  });
  return [
    prompt,
    ...(working === null
      ? []
      : [`  ${working.version.slice(0, 8)}  working                ${scoreColumn({ ...working, older: versions[0]?.score ?? null })}`]),
    ...(rows.length === 0 ? ['  This prompt is not committed yet.'] : rows),
    ...(more ? ['  More versions: --limit N'] : []),
    ...(isShallow ? ['  The repository is a shallow clone. Show all versions with: git fetch --unshallow'] : []),
  ];
}

const scoreColumn = (facts: Pick<VersionFacts, 'score' | 'older' | 'owner'>): string =>
  versionText({ ...facts, cacheableShare: null }).padEnd(WIDTH);

/** The golden set of today is that of the scores; model and parameters are the version's already. */
const withoutOwner = ({ working, versions, ...history }: PromptVersions): object => ({
  working: working === null ? null : { version: working.version, score: working.score },
  versions: versions.map(({ owner: _, ...version }) => version),
  ...history,
});
