/** What a filter is: its parameters, and what it makes of a value. */
import type { Fuel, PyValue } from '../../python/values.ts';
import type { ParameterSpec } from '../call-arguments.ts';
import type { JinjaDialect } from '../dialect.ts';
import type { CallArguments } from '../objects.ts';

/** What a filter may use of the rendering that it runs in. */
export interface FilterTools {
  readonly fuel: Fuel;
  readonly dialect: JinjaDialect;
  /** `str(value)` in this dialect. */
  text(value: PyValue): string;
  isTrue(value: PyValue): boolean;
  element(value: PyValue, key: PyValue): PyValue;
  filter(name: string, value: PyValue, args: CallArguments): PyValue;
  test(name: string, value: PyValue, args: CallArguments): boolean;
}

export type Filter =
  | {
      readonly parameters: readonly ParameterSpec[];
      readonly run: (value: PyValue, args: readonly PyValue[], tools: FilterTools) => PyValue;
    }
  | { readonly parameters: null; readonly run: (value: PyValue, args: CallArguments, tools: FilterTools) => PyValue };

export type FilterTable = Readonly<Record<string, Filter>>;

export const filter = (
  parameters: readonly ParameterSpec[],
  run: (value: PyValue, args: readonly PyValue[], tools: FilterTools) => PyValue,
): Filter => ({ parameters, run });

/** A filter that reads its arguments itself. */
export const openFilter = (run: (value: PyValue, args: CallArguments, tools: FilterTools) => PyValue): Filter => ({
  parameters: null,
  run,
});
