/** The columns of a prompt whose format names several models: each is the same prompt for one of them. */
import type { GoldenCase } from '../golden/case.ts';
import { withTransforms, type AssertionSpec } from '../grade/assertion.ts';
import type { PromptColumn, PromptDocument } from './document.ts';
import type { RunTarget } from './run-target.ts';
import { sameIds } from './same-ids.ts';

/** The prompt for each model that its format names; the prompt itself where it names one or none. */
export function columnTargets(target: RunTarget): RunTarget[] {
  const { columns = [] } = target.document;
  if (columns.length === 0) return [target];
  return columns.map((column) => {
    const without = new Set(column.without);
    const cases = target.cases.filter(({ id }) => !without.has(id));
    return {
      ...target,
      document: columnDocument(target.document, column),
      cases: cases.map((item) => caseOfColumn(withoutOthers(item, without), column)),
    };
  });
}

/** A conversation of a column has the cases of that column only. */
function withoutOthers(item: GoldenCase, without: ReadonlySet<string>): GoldenCase {
  const { earlier } = item;
  if (earlier?.conversation === undefined || without.size === 0) return item;
  return { ...item, earlier: { ...earlier, conversation: earlier.conversation.filter((id) => !without.has(id)) } };
}

/** A case as it is judged with the outputs of one column: what its provider makes of them is done before all that the case does. */
function caseOfColumn(item: GoldenCase, { problem, transform }: PromptColumn): GoldenCase {
  const judged = transform === undefined ? item : transformedCase(item, transform);
  // promptfoo takes the context from what the provider's code made; here it is taken from the answer itself.
  const isOther = transform !== undefined && item.assertions.some(takesContext);
  if (isOther) return { ...judged, unsupported: judged.unsupported ?? OTHER_CONTEXT };
  return problem === undefined ? judged : { ...judged, unsupported: judged.unsupported ?? problem };
}

const transformedCase = (item: GoldenCase, transform: string): GoldenCase => ({
  ...item,
  assertions: item.assertions.map((spec) => withTransforms(spec, [transform])),
  ...(item.stores === undefined ? {} : { stores: { ...item.stores, transforms: [transform, ...item.stores.transforms] } }),
});

function columnDocument(
  { columns: _columns, ...document }: PromptDocument,
  { model, parameters, tools, output }: PromptColumn,
): PromptDocument {
  return { ...document, model, parameters, tools, output };
}

/** The columns to run besides that of the document itself, whose model and settings are those of one of them. */
export function otherColumns(target: RunTarget): RunTarget[] {
  const own = settingsKey(target.document);
  return target.document.columns === undefined ? [] : distinctColumns(target).filter(({ document }) => settingsKey(document) !== own);
}

const settingsKey = ({ model, parameters, tools, output }: PromptDocument): string =>
  JSON.stringify([model?.id ?? null, parameters, tools, output]);

/**
 * The columns to run: those that send the same request are one, with the cases of all of them. What one cannot judge, none of them judges,
 * and one answer is not graded in two ways.
 */
export function distinctColumns(target: RunTarget): RunTarget[] {
  const { columns = [] } = target.document;
  // Cases are put together by their ids below. Where two have one id the plan is refused, and it names the places of both.
  if (columns.length === 0 || sameIds(target.cases).length > 0) return columnTargets(target);
  const transforms = new Map<string, Set<string | undefined>>();
  for (const column of columns) {
    const key = settingsKey({ ...target.document, ...column });
    transforms.set(key, (transforms.get(key) ?? new Set()).add(column.transform));
  }
  const bySettings = new Map<string, RunTarget>();
  for (const column of columnTargets(target)) {
    const key = settingsKey(column.document);
    const before = bySettings.get(key);
    const cases = new Map<string, GoldenCase>();
    for (const item of [...(before?.cases ?? []), ...column.cases])
      if ((cases.get(item.id)?.unsupported ?? null) === null) cases.set(item.id, item);
    const all = target.cases.flatMap(({ id }) => cases.get(id) ?? []);
    const differ = (transforms.get(key)?.size ?? 0) > 1;
    const judged = differ ? all.map((item) => ({ ...item, unsupported: item.unsupported ?? TWO_TRANSFORMS })) : all;
    bySettings.set(key, before === undefined ? { ...column, cases: judged } : { ...before, cases: judged });
  }
  return [...bySettings.values()];
}

const OTHER_CONTEXT = '`contextTransform` is not executed for a provider with a `transform`.';

const takesContext = ({ contextTransform, assert }: AssertionSpec): boolean =>
  contextTransform !== undefined || (assert ?? []).some(takesContext);

const TWO_TRANSFORMS = 'Two providers with the same model and settings have different `transform`, and one answer is graded in one way.';
