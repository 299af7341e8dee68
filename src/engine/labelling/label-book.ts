/** People's grades of outputs in the label files of a repository. Part of the engine's bundle; knows no editor. */
import { redactorOf } from '../../adapters/capture/capture-rules.ts';
import type { Git } from '../../adapters/git/git.ts';
import { personIn } from '../../adapters/git/person.ts';
import { labelFilesOf, readLabelFiles } from '../../adapters/storage/label-files.ts';
import { giveLabel } from '../../adapters/storage/label-writer.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { itemOfInteraction, itemOfResult } from '../../core/feedback/interactions/labelled-texts.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import type { GivenGrade, Gradable } from '../../core/judge/labels/new-label.ts';
import type { Result } from '../../core/results/result.ts';
import { SeenOutputs } from './seen-outputs.ts';

export class LabelBook {
  readonly seen = new SeenOutputs();

  constructor(private readonly git: Git) {}

  /** Who labels, as `by` says it. */
  async person(folder: string): Promise<string> {
    return (await personIn(folder, this.git)).name;
  }

  /** Labels of these prompts. `prompts`: ids, their files absolute; null: calls whose prompt is not known. */
  of(root: string, prompts: readonly (string | null)[]): readonly LabelRecord[] {
    return readLabelFiles(
      [...new Set(prompts)].flatMap((prompt) => labelFilesOf(root, prompt)),
      root,
    ).labels;
  }

  /** `graded`: the output whose texts are kept, as goldset.yaml allows. @throws {HumanError} when the label cannot be written. */
  async give(
    folder: string,
    prompt: string | null,
    of: Omit<Gradable, 'item'>,
    graded: { readonly result: Result } | { readonly interaction: Interaction },
    given: GivenGrade,
  ): Promise<LabelRecord> {
    const { root, config } = await openWorkspace(folder);
    const item =
      config.labelTexts === 'none'
        ? null
        : 'result' in graded
          ? itemOfResult(graded.result, redactorOf(config.capture))
          : itemOfInteraction(graded.interaction);
    return giveLabel({ root, prompt, person: await personIn(folder, this.git), texts: config.labelTexts }, { ...of, item }, given);
  }
}
