/** `loadPrompt`: a prompt of the repository as the editor and the runs read it, for an application to send. */
import { deployedPrompt } from '../adapters/git/deployed-prompt.ts';
import { namedPrompt } from '../adapters/workspace/prompt-by-name.ts';
import { PromptSources, type PromptSource } from '../adapters/workspace/prompt-source.ts';
import { openWorkspace, type Workspace } from '../adapters/workspace/root.ts';
import { copyJson } from '../core/json/json-copy.ts';
import { findModel } from '../core/config/resolve-model.ts';
import { isJsonObject, type JsonObject } from '../core/json/json.ts';
import { refuseUnusable } from '../core/prompt/refuse-broken.ts';
import { prepareRenderer, type PromptRenderer } from '../core/prompt/render.ts';
import type { RenderedRequest } from '../core/prompt/request.ts';
import { askPrompt, type AskCapture } from './ask.ts';
import type { LoadedPrompt, LoadPromptOptions } from './goldset-runtime.d.ts';
import { LoadPromptError, loadPromptError } from './load-prompt-error.ts';
import { renderedPrompt } from './rendered-prompt.ts';

/** `capture`: that of the application, for `ask`. @throws {LoadPromptError} */
export async function loadPromptWith(
  capture: AskCapture,
  name: string,
  { deployment, root, model }: LoadPromptOptions = {},
): Promise<LoadedPrompt> {
  try {
    const workspace = await openWorkspace(root ?? process.cwd());
    const file = await namedPrompt(workspace.root, name);
    const here = await new PromptSources(workspace).sourceOf(file);
    const source = deployment === undefined ? here : await deployedPrompt(file, here, deployment, workspace);
    return loaded(source, here.reading.document.path, model ?? null, workspace, capture);
  } catch (error) {
    throw loadPromptError(error);
  }
}

/** `name`: as it is called today, for a deployed version may be older than a rename. */
function loaded(
  { reading, partials, version }: PromptSource,
  name: string,
  model: string | null,
  workspace: Workspace,
  capture: AskCapture,
): LoadedPrompt {
  const { config } = workspace;
  const { document } = reading;
  refuseUnusable(reading, { called: name, hint: `Fix ${name}.` });
  const id = findModel({ given: model, document, config })?.id;
  if (id === undefined)
    throw new LoadPromptError(
      'model/missing',
      `${name} does not set a model.`,
      'Add `model:` to it or to goldset.yaml, or pass { model }.',
    );
  const renderer = prepareRenderer(document, partials);
  const { parameters, tools, output } = document;
  const prompt: LoadedPrompt = {
    name,
    version,
    model: id,
    parameters: copyJson(parameters).value as JsonObject,
    tools: tools.map((tool) => ({ ...tool })),
    output: { format: output.format, schema: output.schema },
    render: (variables = {}) => renderedPrompt(render(renderer, name, variables).request, { id, config }),
    async ask(client, variables = {}, options = {}) {
      const rendered = render(renderer, name, variables);
      if (rendered.request.messages.length === 0)
        throw new LoadPromptError(
          'template/no-messages',
          `${name} renders to no message, so there is nothing to send.`,
          'Check its variables.',
        );
      return askPrompt({ prompt, workspace, capture, ...rendered }, client, options);
    },
  };
  return prompt;
}

/** @throws {LoadPromptError} */
function render(
  renderer: PromptRenderer,
  name: string,
  variables: object,
): { readonly variables: JsonObject; readonly request: RenderedRequest } {
  try {
    const { value, lost } = copyJson(variables);
    if (lost > 0 || !isJsonObject(value))
      throw new LoadPromptError(
        'variables/not-json',
        `The variables of ${name} cannot be written as JSON.`,
        'Pass strings, numbers, lists and plain objects.',
      );
    const request = renderer.render({ input: value });
    checkImages(request, name);
    return { variables: value, request };
  } catch (error) {
    throw loadPromptError(error);
  }
}

function checkImages({ messages }: RenderedRequest, name: string): void {
  const media = messages.flatMap(({ content }) => content.flatMap((part) => ('media' in part ? [part.media.url] : [])));
  const relative = media.find((url) => !/^(https?|data):/i.test(url));
  if (relative !== undefined)
    throw new LoadPromptError(
      'image/relative',
      `${name} uses the image ${relative}, which no provider can reach.`,
      'Give the image as an https: or data: address.',
    );
}
