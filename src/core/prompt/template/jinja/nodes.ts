/** The syntax tree of a Jinja or Nunjucks template. Ranges are offsets in the template's text. */
import type { TextRange } from '../../../text/text.ts';
import type { PyValue } from '../python/values.ts';

export type JinjaExpression = { readonly range: TextRange } & (
  | { readonly type: 'constant'; readonly value: PyValue }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'attribute'; readonly target: JinjaExpression; readonly name: string }
  | { readonly type: 'item'; readonly target: JinjaExpression; readonly key: JinjaExpression }
  | { readonly type: 'slice'; readonly target: JinjaExpression; readonly parts: readonly (JinjaExpression | null)[] }
  | { readonly type: 'call'; readonly target: JinjaExpression; readonly args: ArgumentNodes }
  | {
      readonly type: 'filter';
      readonly target: JinjaExpression | null;
      readonly name: string;
      readonly args: ArgumentNodes;
      readonly nameRange: TextRange;
    }
  | {
      readonly type: 'test';
      readonly target: JinjaExpression;
      readonly name: string;
      readonly args: ArgumentNodes;
      readonly nameRange: TextRange;
    }
  | { readonly type: 'unary'; readonly operator: 'not' | '-' | '+'; readonly target: JinjaExpression }
  | { readonly type: 'binary'; readonly operator: BinaryOperator; readonly left: JinjaExpression; readonly right: JinjaExpression }
  | { readonly type: 'logic'; readonly operator: 'and' | 'or'; readonly left: JinjaExpression; readonly right: JinjaExpression }
  | {
      readonly type: 'compare';
      readonly first: JinjaExpression;
      readonly rest: readonly { readonly operator: CompareOperator; readonly right: JinjaExpression }[];
    }
  | { readonly type: 'concat'; readonly parts: readonly JinjaExpression[] }
  | { readonly type: 'choice'; readonly test: JinjaExpression; readonly then: JinjaExpression; readonly otherwise: JinjaExpression | null }
  | { readonly type: 'list' | 'tuple'; readonly items: readonly JinjaExpression[] }
  | { readonly type: 'dict'; readonly pairs: readonly (readonly [JinjaExpression, JinjaExpression])[] }
);

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | '===' | '!==';

export interface ArgumentNodes {
  readonly positional: readonly JinjaExpression[];
  readonly named: readonly (readonly [string, JinjaExpression])[];
  readonly star: JinjaExpression | null;
  readonly doubleStar: JinjaExpression | null;
}

export const NO_ARGUMENTS: ArgumentNodes = { positional: [], named: [], star: null, doubleStar: null };

/** What `set`, `for` and `with` assign to. */
export type AssignTarget =
  | { readonly type: 'name'; readonly name: string; readonly range: TextRange }
  | { readonly type: 'tuple'; readonly items: readonly AssignTarget[]; readonly range: TextRange }
  | { readonly type: 'namespace'; readonly name: string; readonly field: string; readonly range: TextRange };

export interface Parameter {
  readonly name: string;
  readonly fallback: JinjaExpression | null;
}

export type Body = readonly JinjaStatement[];

export type JinjaStatement = { readonly range: TextRange } & (
  | { readonly type: 'text' }
  | { readonly type: 'output'; readonly expressions: readonly JinjaExpression[] }
  | { readonly type: 'if'; readonly branches: readonly { readonly test: JinjaExpression; readonly body: Body }[]; readonly otherwise: Body }
  | {
      readonly type: 'for';
      readonly target: AssignTarget;
      readonly iterable: JinjaExpression;
      readonly test: JinjaExpression | null;
      readonly isRecursive: boolean;
      readonly body: Body;
      readonly otherwise: Body;
    }
  | { readonly type: 'set'; readonly targets: readonly AssignTarget[]; readonly value: JinjaExpression }
  | { readonly type: 'set-block'; readonly target: AssignTarget; readonly filter: JinjaExpression | null; readonly body: Body }
  | { readonly type: 'block'; readonly name: string; readonly isScoped: boolean; readonly isRequired: boolean; readonly body: Body }
  | { readonly type: 'extends'; readonly template: JinjaExpression }
  | { readonly type: 'include'; readonly template: JinjaExpression; readonly ignoreMissing: boolean; readonly withContext: boolean }
  | { readonly type: 'import'; readonly template: JinjaExpression; readonly name: string; readonly withContext: boolean }
  | {
      readonly type: 'from';
      readonly template: JinjaExpression;
      readonly names: readonly { readonly name: string; readonly alias: string; readonly range: TextRange }[];
      readonly withContext: boolean;
    }
  | { readonly type: 'macro'; readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Body }
  | { readonly type: 'call-block'; readonly parameters: readonly Parameter[]; readonly call: JinjaExpression; readonly body: Body }
  | { readonly type: 'filter-block'; readonly filter: JinjaExpression; readonly body: Body }
  | { readonly type: 'with'; readonly pairs: readonly (readonly [AssignTarget, JinjaExpression])[]; readonly body: Body }
  | { readonly type: 'do'; readonly value: JinjaExpression }
  | { readonly type: 'loop-control'; readonly word: 'break' | 'continue' }
);

/** A parsed template. */
export interface TemplateTree {
  readonly body: Body;
  /** Blocks by name, wherever they stand. */
  readonly blocks: ReadonlyMap<string, Extract<JinjaStatement, { type: 'block' }>>;
}
