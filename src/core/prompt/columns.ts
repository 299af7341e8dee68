/** The columns of a prompt whose format names several models: each is the same prompt for one of them. */
import type { PromptColumn, PromptDocument } from './document.ts';
import type { RunTarget } from './run-target.ts';

/** The prompt for each model that its format names; the prompt itself where it names one or none. */
export function columnTargets(target: RunTarget): RunTarget[] {
  const { columns = [] } = target.document;
  if (columns.length === 0) return [target];
  return columns.map((column) => {
    const without = new Set(column.without);
    return { ...target, document: columnDocument(target.document, column), cases: target.cases.filter(({ id }) => !without.has(id)) };
  });
}

function columnDocument(
  { columns: _columns, ...document }: PromptDocument,
  { model, parameters, tools, output }: PromptColumn,
): PromptDocument {
  return { ...document, model, parameters, tools, output };
}
