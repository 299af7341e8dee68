/** One expression of Jinja, to be read for what it says and not executed. */
import type { JsonValue } from '../../../json/json.ts';
import { numberOf, textOfString, type PyValue } from '../python/values.ts';
import { isTemplateMistake } from './dialect.ts';
import type { JinjaExpression } from './nodes.ts';
import { parseJinja } from './parse-template.ts';

export interface ExpressionReader {
  /** Null: it is no expression. */
  readonly expression: (written: string) => JinjaExpression | null;
  /** Undefined: it is no constant that JSON has. */
  readonly constant: (expression: JinjaExpression) => JsonValue | undefined;
}

export const jinjaExpressions: ExpressionReader = {
  expression(written) {
    try {
      const [statement, ...others] = parseJinja(`{{ ${written} }}`, 'jinja').body;
      return statement?.type === 'output' && others.length === 0 ? (statement.expressions[0] ?? null) : null;
    } catch (error) {
      if (isTemplateMistake(error)) return null;
      throw error;
    }
  },
  constant: constantOf,
};

function constantOf(expression: JinjaExpression): JsonValue | undefined {
  if (expression.type === 'list' || expression.type === 'tuple') {
    const items = expression.items.map(constantOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (expression.type !== 'constant') return undefined;
  const { value }: { readonly value: PyValue } = expression;
  if (value === null || typeof value === 'boolean') return value;
  return textOfString(value) ?? numberOf(value) ?? undefined;
}
