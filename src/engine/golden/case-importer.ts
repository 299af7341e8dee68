/** Cases of a file for a golden set, before they are written. Part of the engine's bundle; knows no editor. */
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { openDataset, type DatasetFile, type ImportedCases } from '../../adapters/import/dataset-files.ts';
import { planImport, planMapping, type ImportRequest, type PlannedMapping } from '../../adapters/import/plan-import.ts';
import { editOf, type RootedPrompt } from '../../adapters/interactions/plan-cases.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import type { CaseMapping } from '../../core/feedback/datasets/case-mapping.ts';

export class CaseImporter {
  constructor(
    private readonly evaluator: WorkerEvaluator,
    private readonly readText: ReadText,
  ) {}

  /** What a file is. @throws {HumanError} when nothing in it can be read. */
  open(file: string): Promise<DatasetFile> {
    return openDataset(file);
  }

  /** Which field becomes what. @throws {HumanError} when no field fits a variable. */
  mapping(request: Omit<ImportRequest, 'withDuplicates'>): PlannedMapping {
    return planMapping(request);
  }

  /** @throws {HumanError} when a field of the mapping is in no row. */
  read(request: ImportRequest, mapping: CaseMapping): Promise<ImportedCases> {
    return planImport(request, mapping);
  }

  /** One edit of the golden set. @throws {HumanError} when the set cannot hold a case. */
  edit(loaded: RootedPrompt, { cases }: ImportedCases): Promise<GoldenEdit> {
    return editOf({ loaded }, cases, this.evaluator, this.readText);
  }
}
