/** The judges of a workspace, with texts of one of them that are in no file yet: each under a name of its own. */
import { CannotGrade, type AssertionSpec } from '../../grade/assertion.ts';
import type { Hash } from '../../text/hash.ts';
import type { ModelClient } from '../../model/model-client.ts';
import { readPrompt } from '../../prompt/read-prompt.ts';
import { promptVersion } from '../../versions/identity.ts';
import type { LlmEvaluator } from '../../grade/choice-evaluator.ts';
import type { Judge, Judges } from '../judges-port.ts';

export class ProposedJudges implements Judges {
  /** `texts`: by what stands as `rubricPrompt` in an assertion. `original`: the judge that they are versions of, likewise. */
  constructor(
    private readonly own: Judges,
    private readonly original: string | undefined,
    private readonly texts: ReadonlyMap<string, string>,
    private readonly hash: Hash,
  ) {}

  async judge(prompt: string, spec: AssertionSpec): Promise<Judge> {
    const text = spec.rubricPrompt === undefined ? undefined : this.texts.get(spec.rubricPrompt);
    if (text === undefined) return this.own.judge(prompt, spec);
    const { rubricPrompt: _name, ...rest } = spec;
    const judge = await this.own.judge(prompt, this.original === undefined ? rest : { ...rest, rubricPrompt: this.original });
    const { document, diagnostics } = readPrompt(judge.document.path, text, judge.partials);
    const problem = diagnostics.find(({ severity }) => severity === 'error');
    if (problem !== undefined) throw new CannotGrade(`The proposed prompt cannot be used: ${problem.message}`);
    return { ...judge, document, version: promptVersion(document, judge.partials, this.hash) };
  }

  inline(evaluator: LlmEvaluator, spec: AssertionSpec): Promise<Judge> {
    return this.own.inline(evaluator, spec);
  }

  embedder(spec: AssertionSpec): Promise<ModelClient> {
    return this.own.embedder(spec);
  }
}
