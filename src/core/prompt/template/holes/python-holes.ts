/** The syntax `python`: `str.format` with names. `{x}`, `{x.y}`, `{x[0]}`, `{x!r}`, `{x:.2f}`; `{{` and `}}` are braces. */
import { isFormatSpec } from '../python/format-spec.ts';
import { formatPieces, formatValue, printPieces, type FormatField, type FormatPiece } from '../python/str-format.ts';
import type { Fuel } from '../python/values.ts';
import type { HoleMistake, HolePiece, HoleVariable, ReadHoles, ValueOf } from './hole-syntax.ts';

const BRACES = 'In the syntax python, a brace of the text is written twice: {{ and }}.';

export const readPythonHoles: ReadHoles = (source) => {
  const { pieces, mistake } = formatPieces(source);
  const found: HolePiece[] = [];
  for (const piece of pieces) {
    const wrong = 'text' in piece ? null : fieldMistake(piece);
    if (wrong !== null) return { pieces: found, mistake: wrong };
    found.push('text' in piece ? piece : holeOf(piece));
  }
  return { pieces: found, mistake: mistake === null ? null : { ...mistake, hint: BRACES } };
};

type FieldPiece = Exclude<FormatPiece, { text: string }>;

const isName = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name);

/** What Python would read and no variable can answer. */
function fieldMistake({ field, start, end }: FieldPiece): HoleMistake | null {
  if (/^\d*$/.test(field.name)) return { message: 'a field needs the name of a variable', start, end, hint: `Write {name}. ${BRACES}` };
  if (!isName(field.name)) return { message: `${JSON.stringify(field.name)} is not the name of a variable`, start, end, hint: BRACES };
  const nested = field.spec.find((piece) => 'field' in piece && !isName(piece.field.name));
  if (nested !== undefined) return { message: 'a field inside of a format needs the name of a variable', start, end };
  const spec = field.spec.map((piece) => ('text' in piece ? piece.text : '')).join('');
  if (field.spec.some((piece) => 'field' in piece)) return null;
  return isFormatSpec(spec) ? null : { message: `Python does not know the format ${JSON.stringify(spec)}`, start, end, hint: BRACES };
}

const variableOf = ({ name, path, nameStart }: FormatField): HoleVariable => ({
  path: [name, ...path.map((step) => step.name)],
  nameStart,
});

const fieldsIn = (field: FormatField): FormatField[] => [
  field,
  ...field.spec.flatMap((piece) => ('text' in piece ? [] : fieldsIn(piece.field))),
];

function holeOf({ field, start, end }: FieldPiece): HolePiece {
  const print = (valueOf: ValueOf, fuel: Fuel): string => {
    const value = valueOf(variableOf(field));
    // A variable without a value renders empty, whatever its format.
    if (value === undefined) return '';
    const spec = printPieces(field.spec, (inner) => valueOf(variableOf(inner)) ?? '', fuel);
    return formatValue(value, field.conversion, spec, fuel);
  };
  return { start, end, expression: field.expression, variables: fieldsIn(field).map(variableOf), print };
}
