/** The names of variables: each after its expression; one expression is one variable, two expressions never share a name. */
import type { DraftHole, DraftPart, Located } from './draft.ts';
import { pathOf, type CodeExpression } from './expression.ts';
import type { TemplatePart } from '../document.ts';

export class VariableNames {
  private readonly byExpression = new Map<string, string>();
  private readonly taken = new Set<string>();

  /** The part of a template that a draft becomes. */
  part(part: DraftPart): TemplatePart {
    if ('text' in part) return { text: part.text, source: part.source };
    return { variable: this.nameOf(part), print: part.print, format: part.format, source: part.source };
  }

  nameOf(hole: DraftHole): string {
    const key = hole.name === null ? expressionText(hole.hole) : `field ${hole.name}`;
    const known = this.byExpression.get(key);
    if (known !== undefined) return known;
    const wanted = hole.name ?? nameOfExpression(hole.hole.expression);
    let name = wanted;
    for (let i = 2; this.taken.has(name); i++) name = `${wanted}${i}`;
    this.taken.add(name);
    this.byExpression.set(key, name);
    return name;
  }
}

/** The expression as written, without white space: the same text in one file is the same expression. */
function expressionText({ file, expression }: Located): string {
  const written = file.text.slice(expression.range.start, expression.range.end);
  const path = pathOf(expression);
  // A field that is named like the variable that fills it is the same variable.
  if (path?.length === 1) return `field ${path[0] ?? ''}`;
  return `${file.path} ${path ? path.join('.') : written.replace(/\s+/g, ' ')}`;
}

/** Methods that give their object in another form: the value is still best named after the object. */
const FORMS = new Set([
  'map',
  'filter',
  'join',
  'sort',
  'slice',
  'trim',
  'strip',
  'toString',
  'toFixed',
  'toISOString',
  'toLocaleString',
  'isoformat',
  'strftime',
  'lower',
  'upper',
  'toLowerCase',
  'toUpperCase',
  'substring',
  'splitlines',
  'items',
]);

/** `user.name` → `user.name`; `today()` → `today`; `docs.map(f).join("\n")` → `docs`; else the first name in it. */
export function nameOfExpression(expression: CodeExpression, depth = 0): string {
  const path = pathOf(expression);
  if (path !== null) return path.join('.');
  if (depth > 20) return 'value';
  switch (expression.kind) {
    case 'call': {
      const { callee } = expression;
      if (callee.kind === 'member' && callee.property !== null && FORMS.has(callee.property) && callee.object.kind !== 'string')
        return nameOfExpression(callee.object, depth + 1);
      if (callee.kind === 'member' && callee.object.kind === 'string') {
        const [first] = expression.arguments;
        return first ? nameOfExpression(first.value, depth + 1) : 'value';
      }
      return (
        pathOf(callee)?.join('.') ??
        (callee.kind === 'member' && callee.property !== null ? callee.property : nameOfExpression(callee, depth + 1))
      );
    }
    case 'member':
    case 'spread':
      return nameOfExpression(expression.kind === 'member' ? expression.object : expression.value, depth + 1);
    case 'other':
      return expression.about ?? 'value';
    case 'concat':
    case 'list': {
      const first = expression.items.find((item) => item.kind !== 'string');
      return first ? nameOfExpression(first, depth + 1) : 'value';
    }
    case 'tagged':
      return nameOfExpression(expression.tag, depth + 1);
    default:
      return 'value';
  }
}
