/** Judge prompts from files, built-in or the user's, with the models that answer for them. */
import { GITHUB_JUDGE_MODEL } from '../../core/economics/data/suggested-models.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EMPTY_CONFIG } from '../../core/config/goldset-yaml.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { Diagnostics } from '../../core/problems/diagnostics.ts';
import { ConfigurationError, isConfigurationError } from '../../core/problems/errors.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { stemOf } from '../../core/grade/assertion-types.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import { addJudgement, judgeCharacters, NO_JUDGEMENTS, type JudgementCost, type KnownJudge } from '../../core/judge/judgement-cost.ts';
import type { JudgedBy } from '../../core/results/judged-sample.ts';
import type { Judge, Judges } from '../../core/judge/judges-port.ts';
import { judgeKindOf } from '../../core/judge/judge-kinds.ts';
import { isChoicePrompt } from '../../core/judge/kinds/choices.ts';
import type { Parameters, PromptDocument } from '../../core/prompt/document.ts';
import { readParameters } from '../../core/prompt/formats/parameters.ts';
import { noYaml } from '../../core/yaml/yaml.ts';
import { Fields } from '../../core/yaml/yaml-fields.ts';
import { capabilitiesOf } from '../../core/economics/capabilities.ts';
import { thinkingOutlook } from '../../core/economics/thinking/thinking-outlook.ts';
import { resolveModelName } from '../../core/model-name.ts';
import { requireCapabilities } from './price-file.ts';
import { messageListDocument } from '../../core/prompt/message-list.ts';
import { refuseUnusable } from '../../core/prompt/refuse-broken.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Plan } from '../../core/run/plan.ts';
import { promptVersion } from '../../core/versions/identity.ts';
import { modelFolder } from './model-folder.ts';
import type { ModelOpener } from './open-model.ts';
import { promptFileIn } from '../workspace/prompt-path.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { Workspace } from '../workspace/root.ts';
import { slashedPath } from '../within.ts';
import { sha256 } from '../hash.ts';
import { builtInOf, evaluatorOf, isChoiceJudge, type LlmEvaluator } from '../../core/grade/choice-evaluator.ts';
import { COMPARING, isJudged, isSimilar } from '../../core/grade/judged-types.ts';

export interface JudgeSources {
  readonly workspace: Workspace;
  /** Where the built-in judge prompts are. */
  readonly builtIn: string;
  readonly models: ModelOpener;
  load(workspace: Workspace, file: string): Promise<LoadedPrompt>;
}

export class WorkspaceJudges implements Judges {
  private readonly known = new Map<string, Promise<Judge>>();

  constructor(private readonly sources: JudgeSources) {}

  judge(prompt: string, spec: AssertionSpec): Promise<Judge> {
    return this.once(JSON.stringify([prompt, spec.rubricPrompt, spec.provider, spec.judgeParameters]), () => this.open(prompt, spec));
  }

  inline(evaluator: LlmEvaluator, spec: AssertionSpec): Promise<Judge> {
    return this.once(JSON.stringify([evaluator, spec.provider, spec.judgeParameters]), () => this.openInline(evaluator, spec));
  }

  embedder({ provider }: AssertionSpec): Promise<ModelClient> {
    const { models, workspace } = this.sources;
    const id = provider ?? workspace.config.judge.embeddings;
    if (id === null)
      throw new ConfigurationError(
        'judge/no-embeddings',
        'No embedding model is set.',
        'Add it to goldset.yaml: judge: { embeddings: openai:text-embedding-3-small }.',
      );
    return models.openEmbeddings(id);
  }

  private once(key: string, open: () => Promise<Judge>): Promise<Judge> {
    const known = this.known.get(key) ?? open();
    this.known.set(key, known);
    return known;
  }

  private async open(name: string, spec: AssertionSpec): Promise<Judge> {
    const { loaded, file, called } = await this.read(name, spec);
    refuseUnusable(loaded.reading, { called: `The judge ${loaded.target.document.path}` });
    const { document, version } = judgingAs(loaded, spec);
    const client = await this.clientFor(document, spec, name, file);
    const { parameters } = document;
    return { name: called, version, document, partials: loaded.partials, client, parameters, ...this.thinking(client, parameters) };
  }

  /** Nothing: it does not think. */
  private thinking(client: ModelClient, parameters: Parameters): Pick<Judge, 'thinksAtMost'> {
    if (client.source === 'scripted') return {};
    const { root, config } = this.sources.workspace;
    const capabilities = capabilitiesOf(client.id, requireCapabilities(root, config));
    const { id, outputLimit } = client;
    const facts = { id, model: resolveModelName(id)?.model ?? id, capabilities, api: null };
    const { thinks, limit } = thinkingOutlook(outputLimit === undefined ? facts : { ...facts, sentLimit: outputLimit }, parameters);
    return thinks === false ? {} : { thinksAtMost: limit };
  }

  /** What a judge is as its files are now, without opening its model; null: it names no model. */
  async identity(name: string, spec: AssertionSpec): Promise<JudgedBy['judge'] | null> {
    const { loaded, called } = await this.read(name, spec);
    const { document, version } = judgingAs(loaded, spec);
    const model = this.modelFor(document, spec, name);
    return model === null ? null : { path: called, version, model: model.id };
  }

  private async read(name: string, spec: AssertionSpec): Promise<{ loaded: LoadedPrompt; file: string; called: string }> {
    const { workspace, builtIn, load } = this.sources;
    const own = spec.rubricPrompt ?? workspace.config.judge.prompts.get(name) ?? null;
    const file = own === null ? path.join(builtIn, `${name}.prompt`) : this.ownFile(own);
    const loaded = await load(own === null ? { root: builtIn, config: EMPTY_CONFIG, diagnostics: [] } : workspace, file);
    return { loaded, file, called: own === null ? name : slashedPath(workspace.root, file) };
  }

  private ownFile(given: string): string {
    const { root } = this.sources.workspace;
    const file = promptFileIn(root, given.replace(/^file:\/\//, '').replace(/^\.\//, ''));
    if (file === null || !existsSync(file))
      throw new ConfigurationError(
        'judge/missing',
        `There is no judge prompt ${given} in this workspace.`,
        'Its path is relative to goldset.yaml.',
      );
    return file;
  }

  private async openInline({ modelId, systemPrompt, prompt }: LlmEvaluator, spec: AssertionSpec): Promise<Judge> {
    const note = await this.dataNote();
    const written = messageListDocument({
      path: 'evaluator.prompt.yml',
      name: spec.metric ?? 'llm',
      model: modelId,
      messages: [
        { role: 'system', content: systemPrompt === '' ? note : `${systemPrompt}\n\n${note}` },
        { role: 'user', content: prompt },
      ],
      hasPlaceholders: true,
    });
    const { parameters } = judgeParameters(written, spec);
    const document = { ...written, parameters };
    const client = await this.clientFor(document, spec, document.name, path.join(this.sources.workspace.root, document.path));
    const version = promptVersion(document, [], sha256);
    return { name: document.name, version, document, partials: [], client, parameters, ...this.thinking(client, parameters) };
  }

  /** What every judge is told about the text that it grades. */
  private async dataNote(): Promise<string> {
    const { builtIn, load } = this.sources;
    const { partials } = await load({ root: builtIn, config: EMPTY_CONFIG, diagnostics: [] }, path.join(builtIn, 'llm-rubric.prompt'));
    return partials.find(({ name }) => name === 'data')?.text.trim() ?? '';
  }

  /** The assertion's model, then that of the judge's prompt, then goldset.yaml's. */
  private modelFor(document: PromptDocument, spec: AssertionSpec, name: string): ReturnType<typeof findModel> {
    const { judge } = this.sources.workspace.config;
    const config = { model: judge.model ?? (isChoicePrompt(name) ? GITHUB_JUDGE_MODEL : null) };
    return findModel({ given: spec.provider ?? null, document, config });
  }

  private async clientFor(document: PromptDocument, spec: AssertionSpec, name: string, file: string): Promise<ModelClient> {
    const { models, workspace } = this.sources;
    const model = this.modelFor(document, spec, name);
    if (model === null)
      throw new ConfigurationError(
        'judge/no-model',
        `\`${stemOf(spec.type)}\` is graded by a model, and no judge model is set.`,
        'Add it to goldset.yaml: judge: { model: openai:gpt-6-sol }.',
      );
    try {
      return await models.open(model.id, modelFolder(model, { file, root: workspace.root }));
    } catch (error) {
      if (!isConfigurationError(error)) throw error;
      // `--model` chooses who answers, not who judges.
      throw new ConfigurationError(
        error.code,
        `The judge of \`${stemOf(spec.type)}\`, ${model.id}: ${error.message}`,
        error.code === 'key/missing' ? JUDGE_KEY : error.hint,
      );
    }
  }
}

const JUDGE_KEY =
  'Set the variable, pass --env-file, or name another judge: `provider` of the assertion, else `judge: { model: … }` in goldset.yaml. In the editor: "Goldset: Manage API Keys".';

/** The judge's prompt with the parameters of an assertion: another version, for it may judge differently. */
function judgingAs({ target, partials }: LoadedPrompt, spec: AssertionSpec): { document: PromptDocument; version: string } {
  if (spec.judgeParameters === undefined) return target;
  const document = { ...target.document, ...judgeParameters(target.document, spec) };
  return { document, version: promptVersion(document, partials, sha256) };
}

/** @throws {ConfigurationError} when a parameter is not one. */
function judgeParameters(document: PromptDocument, { judgeParameters: given = {} }: AssertionSpec): Pick<PromptDocument, 'parameters'> {
  const said = new Diagnostics(document.path);
  const own = readParameters(new Fields(noYaml(), said, 'judge'), given, ['config']);
  const [first] = said.list;
  if (first !== undefined) throw new ConfigurationError('judge/parameter', `The \`provider\` of a judged assertion: ${first.message}`);
  return { parameters: { ...document.parameters, ...own } };
}

/** @throws {ConfigurationError} when a judge that the plan needs cannot be asked: before money is spent on answers that nobody could grade. */
export async function prepareJudges(plan: Plan, judges: Judges): Promise<JudgedPlan> {
  const specsOf = ({ cases }: Plan['candidates'][number]): { spec: AssertionSpec; isDeciding: boolean }[] =>
    cases.flatMap(({ assertions, goldenCase }) =>
      assertions.flatMap(judgedIn).map((spec) => ({ spec, isDeciding: goldenCase.status !== 'unverified' })),
    );
  const known = new Map<string, readonly KnownJudge[]>();
  const costs = new Map<string, JudgementCost>();
  for (const entry of plan.candidates) {
    let cost = NO_JUDGEMENTS;
    for (const { spec, isDeciding } of specsOf(entry)) {
      const key = JSON.stringify([spec.type, spec.provider, spec.judgeParameters, spec.rubricPrompt, spec.type === 'llm' && spec.value]);
      const found = known.get(key) ?? (isDeciding ? await judgesOf(spec, judges) : await judgesIfNamed(spec, judges));
      if (found === null) continue;
      known.set(key, found);
      cost = addJudgement(cost, spec, found);
    }
    costs.set(entry.candidate.id, cost);
  }
  const clients = new Set([...known.values()].flat().map(({ client }) => client));
  const once = [...costs.values()].reduce((sum, { judgements }) => sum + judgements, 0);
  return { clients: [...clients], judgements: once * plan.repeats, costs };
}

/** An unverified case is not refused without a judge model: it ends in an error and decides nothing. Null: no judge is set. */
async function judgesIfNamed(spec: AssertionSpec, judges: Judges): Promise<readonly KnownJudge[] | null> {
  try {
    return await judgesOf(spec, judges);
  } catch (error) {
    if (isConfigurationError(error) && error.code === 'judge/no-model') return null;
    throw error;
  }
}

function judgedIn(spec: AssertionSpec): AssertionSpec[] {
  const members = (spec.assert ?? []).flatMap(judgedIn);
  const type = stemOf(spec.type);
  return isJudged(type) ? [{ ...spec, type }, ...members] : members;
}

async function judgesOf(spec: AssertionSpec, judges: Judges): Promise<readonly KnownJudge[]> {
  const known = ({ client, document, partials, thinksAtMost }: Judge): KnownJudge => ({
    client,
    characters: judgeCharacters(document, partials),
    ...(thinksAtMost === undefined ? {} : { thinksAtMost }),
  });
  // Vectors are made of the texts alone.
  const embedder = async (of: AssertionSpec): Promise<KnownJudge> => ({ client: await judges.embedder(of), characters: 0 });
  if (isSimilar(spec.type)) return [await embedder(spec)];
  if (spec.type === 'answer-relevance') return [known(await judges.judge(spec.type, spec)), await embedder({ type: spec.type })];
  if (COMPARING.includes(spec.type)) return [known(await judges.judge('select-best', spec))];
  if (isChoiceJudge(spec.type)) {
    const evaluator = evaluatorOf(spec);
    const builtIn = builtInOf(spec);
    if (builtIn !== null) return [known(await judges.judge(builtIn, spec))];
    return evaluator === null ? [] : [known(await judges.inline(evaluator, spec))];
  }
  const kind = judgeKindOf(spec.type);
  return kind === null ? [] : [known(await judges.judge(kind.prompt, spec))];
}
