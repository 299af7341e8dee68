/** The syntax `percent`: `%(name)s` and its kind, as in `text % values` of Python. `%%` is one `%`. */
import { conversionAt, converted, type Conversion } from '../python/percent-format.ts';
import type { HoleMistake, HolePiece, ReadHoles } from './hole-syntax.ts';

export const readPercentHoles: ReadHoles = (source) => {
  const pieces: HolePiece[] = [];
  let from = 0;
  const text = (end: number): void => {
    if (end > from) pieces.push({ text: source.slice(from, end), start: from, end });
  };
  for (let at = source.indexOf('%'); at !== -1; at = source.indexOf('%', from)) {
    text(at);
    const conversion = conversionAt(source, at);
    const mistake = mistakeOf(source, at, conversion);
    if (conversion === null || mistake !== null) return { pieces, mistake };
    const end = at + conversion.length;
    from = end;
    if (conversion.type === '%') pieces.push({ text: '%', start: at, end });
    else pieces.push(holeOf(conversion, conversion.name ?? '', at, end));
  }
  text(source.length);
  return { pieces, mistake: null };
};

function mistakeOf(source: string, at: number, conversion: Conversion | null): HoleMistake | null {
  const hint = 'Write %(name)s for a variable, and %% for a percent sign.';
  if (conversion === null)
    return { message: `Python cannot read ${JSON.stringify(source.slice(at, at + 2))}`, start: at, end: at + 1, hint };
  const end = at + conversion.length;
  if (conversion.type !== '%' && (conversion.name === null || conversion.name === ''))
    return { message: `${JSON.stringify(source.slice(at, end))} does not name a variable`, start: at, end, hint };
  if (conversion.width === null || conversion.precision === null)
    return { message: '`*` needs values without names', start: at, end, hint };
  return null;
}

function holeOf(conversion: Conversion, name: string, start: number, end: number): HolePiece {
  const variable = { path: [name], nameStart: start + 2 };
  return {
    start,
    end,
    variables: [variable],
    expression: name,
    print: (valueOf, fuel) => {
      const value = valueOf(variable);
      return value === undefined ? '' : converted(value, conversion, fuel);
    },
  };
}
