/** Which cases a file gives to the golden set of a prompt, before they are written: the same for the editor and the command line. */
import { HumanError } from '../../core/problems/errors.ts';
import { fieldsLeft, proposeMapping, withGiven, type CaseMapping } from '../../core/feedback/datasets/case-mapping.ts';
import { mappingLines, type MappingLine } from '../../core/feedback/datasets/mapping-lines.ts';
import { firstNames } from '../../core/display/figures.ts';
import { mediaVariables } from '../../core/prompt/media-variables.ts';
import { inputsOf } from '../interactions/plan-cases.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import { casesOf, type DatasetFile, type ImportedCases } from './dataset-files.ts';

export interface ImportRequest {
  readonly dataset: DatasetFile;
  readonly loaded: LoadedPrompt;
  /** `K=V` for each part of a case that a person maps. */
  readonly map: readonly string[];
  /** The field that becomes `group`; null: no field. */
  readonly group: string | null;
  readonly withDuplicates: boolean;
}

export interface PlannedMapping {
  readonly mapping: CaseMapping;
  readonly lines: readonly MappingLine[];
  /** Fields that nothing is made of. */
  readonly left: readonly string[];
  /** Variables that the prompt needs and no field is mapped to. */
  readonly unmapped: readonly string[];
}

/** @throws {HumanError} when what a person wrote cannot be read, or no field is mapped to a variable. */
export function planMapping({ dataset, loaded, map, group }: Omit<ImportRequest, 'withDuplicates'>): PlannedMapping {
  const { shape, sample: rows, file } = dataset;
  const variables = [...new Set(loaded.reading.analysis.variables.map(({ name }) => name))];
  const inputs = inputsOf(loaded);
  const mapping = withGiven(proposeMapping({ rows, shape, variables, inputs }), map, group);
  const left = fieldsLeft(rows, shape, mapping);
  const names = Object.keys(mapping.vars);
  if (names.length === 0)
    throw new HumanError(
      'import/no-variable',
      `No field of ${file} (${shape.name}) fits a variable of the prompt: ${firstNames(inputs, 10)}.`,
      `Name one: --map ${inputs[0] ?? 'VARIABLE'}=FIELD. Its fields: ${firstNames(left, 20)}.`,
    );
  return { mapping, lines: mappingLines(mapping, rows), left, unmapped: inputs.filter((name) => !names.includes(name)) };
}

/** The cases of all rows. @throws {HumanError} when a field of the mapping is in no row, or the file cannot be read. */
export function planImport({ dataset, loaded, withDuplicates }: ImportRequest, mapping: CaseMapping): Promise<ImportedCases> {
  return casesOf(dataset, mapping, {
    known: loaded.target.cases,
    withDuplicates,
    mediaVariables: (names) => mediaVariables(loaded.reading, loaded.partials, names),
  });
}
