/** `goldset render`: the request, without sending it. */
import { printedWithoutValue } from '../../core/prompt/variables-of-case.ts';
import { renderDataOf } from '../../core/prompt/case-data.ts';
import { expandLists } from '../../core/prompt/expand-lists.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { parseModelId } from '../../core/model-id.ts';
import { DIALECTS } from '../../core/config/dialects.ts';
import { chatBody } from '../../adapters/models/openai/chat-body.ts';
import type { Message, RenderData, RenderedRequest } from '../../core/prompt/request.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { optionChoice, type Arguments } from '../arguments.ts';
import { RENDER_FORMATS } from '../specs/command-specs.ts';
import { settledDocument } from '../../adapters/evaluation/built-cases.ts';
import { buildExecutionsOf } from '../../core/run/plan-executions.ts';
import { promptAt } from '../run/prompt-search.ts';
import { requireTrustFor } from '../trust/trust.ts';
import { refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { SEE_ALL } from '../run/run-plan.ts';
import { readVariables } from '../try/variables-file.ts';
import { withSession } from '../session.ts';
import { stderr, stdout } from '../output.ts';

export async function renderCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const given = args.paths[0];
  if (given === undefined || args.paths.length > 1) throw new ConfigurationError('usage', 'Name one prompt: goldset render PROMPT');
  const format = optionChoice(args, 'format', RENDER_FORMATS) ?? 'messages';
  return withSession(
    args,
    evaluator,
    async (session) => {
      const { cwd, evaluator, workspace } = session;
      const read = await evaluator.load({ workspace, file: await promptAt(given, cwd), unsaved: {}, most: null });
      refuseBrokenPrompt(read, { hint: SEE_ALL });
      await requireTrustFor(buildExecutionsOf(read.target.document, workspace.config.code), args, session);
      const data = await renderData(args, read);
      // What is shown is what is sent for these variables, with the model that the function names for them.
      const document = await settledDocument(session.builds, read.target.document, [data.input]);
      const loaded = { ...read, reading: { ...read.reading, document } };
      for (const item of loaded.reading.diagnostics) stderr.write(`${item.path}: ${item.severity}: ${item.message}\n`);
      const missing = printedWithoutValue(loaded.reading, data.input);
      for (const name of missing) stderr.write(`${document.path}: warning: \`${name}\` has no value, so it renders empty.\n`);
      const [outcome] = await evaluator.render({ document, partials: loaded.partials, data: [data], segments: false });
      if (!outcome || 'problem' in outcome)
        throw new ConfigurationError('render/failed', outcome?.problem ?? 'The prompt was not rendered.');
      const model = findModel({ given: args.text('model'), document, config: workspace.config })?.id ?? null;
      stdout.json(format === 'messages' ? asMessages(outcome.request) : asOpenai(outcome.request, model));
      return 0;
    },
    { data: 'optional', readsOnly: true },
  );
}

async function renderData(args: Arguments, { target, reading }: LoadedPrompt): Promise<RenderData> {
  const [vars, data, id] = [args.text('vars'), args.text('data'), args.text('case')];
  if ([vars, data, id].filter((item) => item !== null).length > 1)
    throw new ConfigurationError('usage', 'Use only one of --case, --vars and --data.');
  if (vars !== null) return { input: await readVariables(vars) };
  if (data !== null) return dotpromptData(await readVariables(data));
  if (id === null) return { input: {} };
  const goldenCase = target.cases.flatMap((item) => expandLists(item, target)).find((item) => item.id === id);
  if (!goldenCase)
    throw new ConfigurationError(
      'case/missing',
      `${reading.document.path} has no golden case "${id}".`,
      `It has: ${target.cases
        .slice(0, 5)
        .map((item) => item.id)
        .join(', ')}…`,
    );
  return renderDataOf(goldenCase);
}

function dotpromptData(value: JsonObject): RenderData {
  const { input, messages, docs, context, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new ConfigurationError(
      'data/unknown-key',
      `Unknown key \`${unknown}\` in --data.`,
      'Known keys: input, messages, docs, context.',
    );
  return {
    input: isJsonObject(input) ? input : {},
    ...(Array.isArray(messages) ? { messages: messages.map(messageOf) } : {}),
    ...(Array.isArray(docs) ? { docs } : {}),
    ...(isJsonObject(context) ? { context } : {}),
  };
}

/** @throws {ConfigurationError} for anything that is no message. */
function messageOf(value: JsonValue, at: number): Message {
  const { role, content } = isJsonObject(value) ? value : {};
  if (typeof role === 'string' && typeof content === 'string') return { role, content: [{ text: content }] };
  if (typeof role === 'string' && Array.isArray(content)) return value as unknown as Message;
  throw new ConfigurationError('data/message', `Message ${at + 1} of --data must have \`role\` and \`content\` (a list of parts).`);
}

function asMessages({ messages, tools, output, parameters }: RenderedRequest): unknown {
  const { format, name, schema } = output;
  return { messages, tools, responseFormat: format === null ? null : { type: format, name, schema }, parameters };
}

function asOpenai(request: RenderedRequest, model: string | null): JsonObject {
  const parsed = model === null ? null : parseModelId(model);
  return chatBody(
    parsed?.model ?? model ?? 'MODEL',
    request,
    parsed?.provider === 'openai' ? DIALECTS.openai : DIALECTS['openai-compatible'],
  );
}
