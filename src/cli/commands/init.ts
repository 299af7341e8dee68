/** `goldset init`: finds the prompts of a repository and the models within reach, and writes goldset.yaml and a first golden set. */
import { Git } from '../../adapters/git/git.ts';
import { ignoredBelow } from '../../adapters/git/ignored-files.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { probeProviders } from '../../adapters/models/probe-providers.ts';
import { findCandidates } from '../../adapters/setup/find-candidates.ts';
import { modelOfPrompt, modelOffers, type ModelOffer } from '../../adapters/setup/model-offers.ts';
import { loadCandidate, writeSetUp, type SetUpFile, type SetUpResult } from '../../adapters/setup/write-set-up.ts';
import { slashedPath } from '../../adapters/within.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { fileOfPrompt, isPromptfooPrompt } from '../../core/prompt/formats/prompt-name.ts';
import type { PromptCandidate } from '../../core/setup/prompt-candidates.ts';
import type { Arguments } from '../arguments.ts';
import { isInteractive, stderr, stdout } from '../output.ts';
import { promptAt } from '../run/prompt-search.ts';
import { Questions, type NumberedChoice } from '../questions.ts';
import { EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { withSession, type Session } from '../session.ts';

/** Prompts that the question lists. */
const LISTED = 20;

export async function initCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  if (args.paths.length > 1) throw new ConfigurationError('usage', 'Name one prompt at most: goldset init [PROMPT]');
  if (!args.flag('yes') && !isInteractive())
    throw new ConfigurationError(
      'usage',
      'goldset init asks questions, and there is no terminal to ask them at.',
      'Pass --yes to take the first prompt and the first model that it finds.',
    );
  return withSession({ ...args, paths: [] }, evaluator, (session) => setUp(args, session), { data: null });
}

async function setUp(args: Arguments, session: Session): Promise<number> {
  refuseBrokenSettings(session.workspace);
  const questions = args.flag('yes') ? null : new Questions();
  try {
    return await askAndWrite(args, session, questions);
  } finally {
    questions?.close();
  }
}

/** `questions`: null where the first of each is taken. */
async function askAndWrite(args: Arguments, session: Session, questions: Questions | null): Promise<number> {
  const { workspace, evaluator } = session;
  const chosen = await choosePrompt(args, session, questions);
  if (chosen === 'ended') return EXIT_INTERRUPTED;
  const loaded = chosen === null ? null : await loadCandidate(chosen, workspace, evaluator);
  const providers = await probeProviders({ config: workspace.config, keys: session.keys });
  const own = loaded === null ? null : modelOfPrompt(loaded.target.document, workspace.config, providers);
  const offers = modelOffers(own, providers);
  const offer = await chooseModel(questions, workspace.config.model, offers);
  if (offer === 'ended') return EXIT_INTERRUPTED;
  const written = await writeSetUp(chosen, offer.id, workspace, evaluator);
  print(written, offer);
  // A file that was there is the user's to change.
  if (written.settings.state === 'kept' && own === null)
    stdout.write(`No model answers ${written.id} yet. Add this line to goldset.yaml: model: ${offer.id}\n`);
  return 0;
}

/** Null: there is no prompt yet. `ended`: the question was not answered. */
async function choosePrompt(
  args: Arguments,
  { cwd, workspace, evaluator }: Session,
  questions: Questions | null,
): Promise<PromptCandidate | null | 'ended'> {
  const git = new Git();
  const { candidates, isCut } = await findCandidates(cwd, workspace, evaluator, (folder) => ignoredBelow(git, folder));
  if (isCut)
    stderr.write(
      'warning: this folder has more than 20,000 files, and the others were not searched. Run goldset init in the folder of your prompts.\n',
    );
  const [named] = args.paths;
  if (named !== undefined) return namedCandidate(named, candidates, cwd, workspace.root);
  const [first] = candidates;
  if (first === undefined) {
    stderr.write('No prompt was found here, so a first one is written.\n');
    return null;
  }
  stderr.write(`${quantity(candidates.length, 'prompt')} found.\n`);
  for (const config of configsOf(candidates)) stderr.write(`${config} runs as it is: goldset run ${quoted(config)}\n`);
  if (questions === null || candidates.length === 1) return first;
  const listed = candidates.slice(0, LISTED);
  const more = candidates.length - listed.length;
  const question = `Which prompt gets the first golden case?${more > 0 ? ` (${quantity(more, 'more prompt')}: goldset init PROMPT)` : ''}`;
  const at = await questions.choose(question, listed.map(choiceOf));
  return at === null ? 'ended' : (listed[at] ?? first);
}

/** The promptfoo configs that hold some of the prompts. */
const configsOf = (candidates: readonly PromptCandidate[]): string[] => [
  ...new Set(candidates.filter(({ id }) => isPromptfooPrompt(id)).map(({ id }) => fileOfPrompt(id))),
];

const KINDS = { prompt: 'prompt', code: 'in code', text: 'plain text' } as const;
const choiceOf = ({ id, kind, hasGolden }: PromptCandidate): NumberedChoice => ({
  label: id,
  note: hasGolden ? `${KINDS[kind]}, has golden cases` : KINDS[kind],
});

async function namedCandidate(named: string, candidates: readonly PromptCandidate[], cwd: string, root: string): Promise<PromptCandidate> {
  const found = candidates.find(({ id }) => id === named || id === slashedPath(root, `${cwd}/${named}`));
  if (found !== undefined) return found;
  const id = await promptAt(named, cwd);
  return { id: slashedPath(root, id), kind: 'prompt', hasGolden: false };
}

/** A goldset.yaml that names a model keeps it, so there is nothing to ask. */
async function chooseModel(
  questions: Questions | null,
  settled: string | null,
  offers: readonly ModelOffer[],
): Promise<ModelOffer | 'ended'> {
  const [first] = offers;
  if (first === undefined) throw new ConfigurationError('init/no-model', 'No model is known.', 'Name one with `model:` in goldset.yaml.');
  if (settled !== null) return offers.find(({ id }) => id === settled) ?? first;
  if (questions === null || offers.length === 1) return first;
  const at = await questions.choose(
    'Which model answers prompts that name none?',
    offers.map(({ id, reason }) => ({ label: id, note: reason })),
  );
  return at === null ? 'ended' : (offers[at] ?? first);
}

function print({ settings, prompt, golden, ownCases, id }: SetUpResult, offer: ModelOffer): void {
  say(settings, `model ${offer.id}`);
  if (prompt !== null) say(prompt, 'a prompt to begin with');
  if (ownCases === 0) say(golden, `a first golden case of ${id}`);
  else stdout.write(`${golden.file} has ${quantity(ownCases, 'golden case')} of ${id} already.\n`);
  if (!offer.isReachable) stdout.write(`${offer.id} cannot be used yet: ${offer.reason}\n`);
  if (golden.state === 'written') stdout.write(`Next: replace the values under \`vars\` in ${golden.file} with a real input.\n`);
  stdout.write(`Then: goldset run ${quoted(id)}\n`);
}

const say = ({ file, state }: SetUpFile, what: string): void =>
  stdout.write(state === 'written' ? `Wrote ${file}: ${what}\n` : `Kept ${file}, which was there.\n`);

/** As a shell reads it as one word. */
const quoted = (word: string): string => (/^[\w./:@#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
