/** promptfoo makes one case per element of a list variable; a variable that the prompt itself takes as a list stays one. */
import type { GoldenCase } from '../golden/case.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { Path } from '../yaml/yaml.ts';
import type { PromptWithLists } from './run-target.ts';

/** So many combinations are a slip, not a golden set. */
const MAX_COMBINATIONS = 10_000;

export function expandLists(goldenCase: GoldenCase, target: PromptWithLists): GoldenCase[] {
  const lists = goldenCase.expandLists ? listsToExpand(goldenCase.vars, target) : [];
  if (lists.length === 0) return [goldenCase];
  let combinations: Combination[] = [{ vars: goldenCase.vars, literals: goldenCase.literals }];
  for (const [name, values] of lists) {
    combinations = combinations.flatMap(({ vars, literals }) =>
      values.map((value, i) => ({ vars: { ...vars, [name]: value }, literals: literalsOfItem(literals, name, i) })),
    );
    if (combinations.length > MAX_COMBINATIONS) {
      return [{ ...goldenCase, unsupported: `The lists of this case make more than ${MAX_COMBINATIONS} combinations.` }];
    }
  }
  return combinations.map(({ vars, literals }, i) => ({
    ...goldenCase,
    id: `${goldenCase.id}/${i + 1}`,
    vars,
    ...(literals === undefined ? {} : { literals }),
  }));
}

interface Combination {
  readonly vars: JsonObject;
  readonly literals: readonly Path[] | undefined;
}

/** Where values stand for themselves when one item of a list takes the list's place. */
const literalsOfItem = (literals: readonly Path[] | undefined, name: string, item: number): readonly Path[] | undefined =>
  literals?.flatMap((path): Path[] => {
    const [start, variable, at, ...rest] = path;
    if (start !== 'vars' || variable !== name || at === undefined) return [path];
    return at === item ? [['vars', name, ...rest]] : [];
  });

function listsToExpand(vars: JsonObject, target: PromptWithLists): [string, JsonValue[]][] {
  return Object.entries(vars).flatMap(([name, value]): [string, JsonValue[]][] =>
    Array.isArray(value) && value.length > 0 && !target.listVariables.includes(name) && !takesList(target.document.input.schema, name)
      ? [[name, value]]
      : [],
  );
}

/** The input schema declares the variable as anything that a list can be. */
function takesList(schema: JsonObject | null, name: string): boolean {
  const properties = schema === null ? undefined : schema['properties'];
  if (!isJsonObject(properties) || !Object.hasOwn(properties, name)) return false;
  const declared = properties[name];
  const type = isJsonObject(declared) ? declared['type'] : undefined;
  const scalar = ['string', 'number', 'integer', 'boolean'];
  return typeof type !== 'string' || !scalar.includes(type);
}
