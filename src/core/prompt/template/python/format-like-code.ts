/** How a value prints where Python code puts it into a text: f-strings, `.format`, `%`. */
import type { JsonValue } from '../../../json/json.ts';
import { pythonFormat } from './format-spec.ts';
import { conversionAt, converted } from './percent-format.ts';
import { formatValue } from './str-format.ts';
import { fromJson, Fuel } from './values.ts';

/**
 * `format` is what the code writes: empty for `str(value)`; a format such as `.2f`; `!r`, `!s` or `!a` with `:FORMAT` behind it or not;
 * or a conversion of `%`, such as `%d`.
 * @throws {PyFault} when Python would refuse the value.
 */
export function formatLikeCode(value: JsonValue, format: string): string {
  const [fuel, given] = [new Fuel(), fromJson(value)];
  const convert = /^!([rsa])(?::([^]*))?$/.exec(format);
  if (convert) return formatValue(given, convert[1] as 'r' | 's' | 'a', convert[2] ?? '', fuel);
  const conversion = format.startsWith('%') ? conversionAt(format, 0) : null;
  if (conversion !== null && conversion.type !== '%' && conversion.length === format.length) return converted(given, conversion, fuel);
  return pythonFormat(given, format, fuel);
}
