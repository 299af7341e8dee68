/** The messages that typed values give, while a person types: with the cacheable prefix marked, and what they cost. Sends nothing. */
import { messageOf, isHumanError } from '../../core/problems/errors.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { renderDataOf } from '../../core/prompt/case-data.ts';
import type { RenderData, RenderedRequest } from '../../core/prompt/request.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { unsendableRequest } from '../../core/prompt/sendable.ts';
import { printedWithoutValue } from '../../core/prompt/variables-of-case.ts';
import { triedCase } from '../../core/try/try-plan.ts';
import type { TypedInput } from '../../core/try/typed-values.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { RenderedTry } from '../../protocol/try.ts';
import { firstValueOf, markedMessages, prefixEndOf } from '../results-view/marked-messages.ts';
import type { RootedLoad, TryPorts } from './try-ports.ts';

/** Golden cases whose requests are compared with what is typed, to find what is the same in all. */
const COMPARED = 20;

interface CasesRendered {
  /** Identity of the prompt with its golden set. */
  readonly of: string;
  readonly requests: readonly RenderedRequest[];
}

export class RenderedPreview {
  private cases: CasesRendered | null = null;

  constructor(private readonly ports: TryPorts) {}

  async render(loaded: RootedLoad, typed: TypedInput, model: string | null): Promise<RenderedTry> {
    const problems: RenderedTry['problems'][number][] = [...typed.problems];
    const nothing = { messages: [], tokens: null, inputCostUsd: null };
    try {
      const workspace = await this.ports.workspace();
      const target = await this.ports.settled(loaded, workspace, typed.vars);
      const data = renderDataOf(triedCase(typed, target.document.path));
      const [outcome] = await this.rendered(target, workspace, [data]);
      if (outcome === undefined || 'problem' in outcome)
        return { ...nothing, problems: [...problems, { field: null, message: outcome?.problem ?? 'The prompt was not rendered.' }] };
      const own = outcome.request;
      const end = await this.endOf(own, target, workspace);
      const unsendable = unsendableRequest(own);
      if (unsendable !== null) problems.push({ field: null, message: unsendable.problem });
      const named = new Set(problems.map(({ field }) => field));
      for (const name of printedWithoutValue(loaded.reading, typed.vars))
        if (!named.has(name)) problems.push({ field: name, message: `\`${name}\` has no value, so it renders empty.` });
      const request = { messages: own.messages, tools: own.tools, output: own.output };
      const tokens = await this.ports.count({ workspace, file: loaded.file, document: target.document, model, request, end });
      const messages = markedMessages(own, end, (role) => (role === 'model' ? 'assistant' : role));
      if (tokens === null) return { messages, problems, tokens: null, inputCostUsd: null };
      const { inputCostUsd, ...counted } = tokens;
      return { messages, problems, tokens: counted, inputCostUsd };
    } catch (error) {
      if (!isHumanError(error)) throw error;
      return { ...nothing, problems: [...problems, { field: null, message: messageOf(error) }] };
    }
  }

  /** Where the prefix ends that requests of this prompt share: with the golden cases, and before the first value where there are none. */
  private async endOf(own: RenderedRequest, target: RunTarget, workspace: Workspace): Promise<ReturnType<typeof firstValueOf>> {
    const others = (await this.ofCases(target, workspace)).filter(
      (other) => JSON.stringify(other.messages) !== JSON.stringify(own.messages),
    );
    const shared = prefixEndOf(own, others);
    const first = firstValueOf(own);
    // Values that all golden cases have too may be read from the cache; of one case alone that is not known.
    return shared === null || others.length < 2 ? first : shared;
  }

  private async ofCases(target: RunTarget, workspace: Workspace): Promise<readonly RenderedRequest[]> {
    const of = `${target.version} ${target.golden}`;
    if (this.cases?.of === of) return this.cases.requests;
    const compared = target.cases.filter(isOfPrompt).slice(0, COMPARED);
    const outcomes = compared.length === 0 ? [] : await this.rendered(target, workspace, compared.map(renderDataOf));
    const requests = outcomes.flatMap((outcome) => ('problem' in outcome ? [] : [outcome.request]));
    this.cases = { of, requests };
    return requests;
  }

  private rendered(
    { document, partials }: RunTarget,
    workspace: Workspace,
    data: readonly RenderData[],
  ): ReturnType<ReturnType<TryPorts['evaluatorOf']>['render']> {
    return this.ports.evaluatorOf(workspace).render({ document, partials, data, segments: true });
  }
}

const isOfPrompt = ({ messages }: GoldenCase): boolean => messages === undefined;
