/** The arguments of a call by name, whether they are keywords or fields of an object. */
import type { SourceFile } from './source-file.ts';
import type { Located } from './draft.ts';
import { fieldOf, type CallExpression, type CodeExpression } from './expression.ts';
import type { Resolver } from './resolver.ts';

export class CallFields {
  private readonly sources: readonly { readonly file: SourceFile; readonly object: Extract<CodeExpression, { kind: 'object' }> }[];

  constructor(
    resolver: Resolver,
    readonly file: SourceFile,
    readonly call: CallExpression,
  ) {
    this.sources = call.arguments.flatMap(({ name, value }) => {
      if (name !== null) return [];
      const inner = value.kind === 'spread' ? value.value : value;
      const followed = resolver.follow({ file, expression: inner });
      return 'why' in followed || followed.expression.kind !== 'object' ? [] : [{ file: followed.file, object: followed.expression }];
    });
  }

  /** The first of these names that the call gives. */
  get(...names: string[]): Located | null {
    for (const name of names) {
      const keyword = this.call.arguments.find((argument) => argument.name === name);
      if (keyword) return { file: this.file, expression: keyword.value };
      for (const { file, object } of this.sources) {
        const field = fieldOf(object, name);
        if (field !== null) return { file, expression: field };
      }
    }
    return null;
  }

  /** The argument at a position. */
  at(index: number): Located | null {
    const argument = this.call.arguments.filter(({ name }) => name === null)[index];
    return argument && argument.value.kind !== 'spread' ? { file: this.file, expression: argument.value } : null;
  }

  /** Every name that the call gives. */
  names(): string[] {
    return [
      ...this.call.arguments.flatMap(({ name }) => name ?? []),
      ...this.sources.flatMap(({ object }) => object.entries.flatMap(({ key }) => key ?? [])),
    ];
  }
}
