/** `loadPrompt`: a prompt of the repository as the editor and the runs read it, for an application to send. */
import { deployedPrompt } from '../adapters/git/deployed-prompt.ts';
import { namedPrompt } from '../adapters/workspace/named-prompt.ts';
import { PromptSources, type PromptSource } from '../adapters/workspace/prompt-source.ts';
import { openWorkspace, type Workspace } from '../adapters/workspace/root.ts';
import { copyJson } from '../core/json-copy.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { prepareRenderer } from '../core/prompt/render.ts';
import type { LoadedPrompt, LoadPromptOptions } from './goldset-runtime.d.ts';
import { LoadPromptError, loadPromptError } from './load-prompt-error.ts';
import { renderedPrompt } from './rendered-prompt.ts';

export async function loadPrompt(name: string, { deployment, root, model }: LoadPromptOptions = {}): Promise<LoadedPrompt> {
  try {
    const workspace = await openWorkspace(root ?? process.cwd());
    const file = await namedPrompt(workspace.root, name);
    const here = await new PromptSources(workspace).sourceOf(file);
    const source = deployment === undefined ? here : await deployedPrompt(file, here, deployment, workspace);
    return loaded(source, here.reading.document.path, model ?? null, workspace);
  } catch (error) {
    throw loadPromptError(error);
  }
}

/** `name`: as it is called today, for a deployed version may be older than a rename. */
function loaded({ reading, partials, version }: PromptSource, name: string, model: string | null, { config }: Workspace): LoadedPrompt {
  const { document, diagnostics } = reading;
  const broken = diagnostics.find(({ severity }) => severity === 'error');
  if (broken !== undefined) throw new LoadPromptError(broken.code, `${name}: ${broken.message}`, broken.hint ?? `Mend ${name}.`);
  if (document.isPartial)
    throw new LoadPromptError('prompt/partial', `${name} is part of other prompts, and none itself.`, 'Load a prompt that uses it.');
  const id = model ?? document.model?.id ?? config.model;
  if (id === null)
    throw new LoadPromptError('model/missing', `${name} names no model.`, 'Add `model:` to it or to goldset.yaml, or pass { model }.');
  const renderer = prepareRenderer(document, partials);
  const { parameters, tools, output } = document;
  return {
    name,
    version,
    model: id,
    parameters: copyJson(parameters).value as JsonObject,
    tools: tools.map((tool) => ({ ...tool })),
    output: { format: output.format, schema: output.schema },
    render(variables = {}) {
      try {
        const { value, lost } = copyJson(variables);
        if (lost > 0 || !isJsonObject(value))
          throw new LoadPromptError(
            'variables/not-json',
            `The variables of ${name} cannot be written as JSON.`,
            'Pass texts, numbers, lists and plain objects.',
          );
        return renderedPrompt(renderer.render({ input: value }), { name, id, config });
      } catch (error) {
        throw loadPromptError(error);
      }
    },
  };
}
