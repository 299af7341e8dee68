/** Follows names, fields and imports to the expression that they stand for, as far as the text of the files tells. */
import { resolveName, scopeAt, type SourceFile, type ImportedName, type CodeScope } from './source-file.ts';
import { fieldOf, type MemberExpression } from './expression.ts';
import type { Located } from './draft.ts';

export type Followed = Located | Module | { readonly why: string };
interface Module {
  readonly module: SourceFile | null;
  readonly from: SourceFile;
  readonly specifier: string;
}

/** Gives a file that another file imports; null: it is not in the workspace, or was not loaded. */
export type FileImporter = (from: SourceFile, specifier: string) => SourceFile | null;

const MAX_STEPS = 40;

export class Resolver {
  /** Paths of the files that were followed. */
  readonly followed = new Set<string>();

  constructor(private readonly importFile: FileImporter) {}

  /** The expression behind names and fields; `why` says what stopped it. */
  follow(located: Located, steps = 0): Located | { readonly why: string } {
    const found = this.step(located, steps);
    return 'module' in found ? { why: `${found.specifier} is a module` } : found;
  }

  private step(located: Located, steps: number): Followed {
    const { file, expression } = located;
    if (steps > MAX_STEPS) return { why: 'it refers to itself' };
    if (expression.kind === 'name') return this.name(file, expression.name, expression.range.start, steps);
    if (expression.kind === 'member') return this.member(file, expression, steps);
    if (expression.kind === 'call') {
      const [only] = expression.arguments;
      const { callee } = expression;
      if (only && expression.arguments.length === 1 && callee.kind === 'member' && callee.property === 'freeze')
        return this.step({ file, expression: only.value }, steps + 1);
    }
    return located;
  }

  private name(file: SourceFile, name: string, offset: number, steps: number): Followed {
    const lookup = resolveName(file, name, offset);
    if ('why' in lookup) {
      const star = /not defined/.test(lookup.why) ? this.fromStars(file, name, steps) : null;
      return star ?? lookup;
    }
    const { imported, value } = lookup.found;
    if (imported) return this.imported(file, imported, steps + 1);
    if (value === null) return { why: `${name} has its value only when the program runs` };
    const expression = value();
    // A name that is declared by itself (`x = x`) would go round.
    return this.step({ file, expression }, steps + 1);
  }

  private imported(from: SourceFile, { specifier, name }: ImportedName, steps: number): Followed {
    const file = this.importFile(from, specifier);
    if (file === null) {
      const submodule = from.language === 'python' && name !== '*' ? this.importFile(from, joinModule(specifier, name)) : null;
      if (submodule) return this.module(from, joinModule(specifier, name), submodule);
      if (name === '*') return { module: null, from, specifier };
      return { why: `${specifier} is not a file of the workspace that Goldset reads` };
    }
    if (name === '*') return this.module(from, specifier, file);
    this.followed.add(file.path);
    const found = this.exported(file, name, steps + 1);
    if (found === null && from.language === 'python') {
      const submodule = this.importFile(from, joinModule(specifier, name));
      if (submodule) return this.module(from, joinModule(specifier, name), submodule);
    }
    return found ?? { why: `${file.path} does not declare ${name}` };
  }

  private module(from: SourceFile, specifier: string, module: SourceFile): Module {
    this.followed.add(module.path);
    return { module, from, specifier };
  }

  /** What a file gives under a name; null: nothing. */
  private exported(file: SourceFile, name: string, steps: number): Followed | null {
    if (steps > MAX_STEPS) return { why: 'the imports go in a circle' };
    const target = file.exports.get(name);
    if (target !== undefined && !('local' in target)) return this.imported(file, target, steps + 1);
    const local = target?.local ?? name;
    if (file.root.bindings.has(local)) return this.name(file, local, 0, steps + 1);
    return this.fromStars(file, name, steps + 1);
  }

  private fromStars(file: SourceFile, name: string, steps: number): Followed | null {
    for (const specifier of file.reExports) {
      const other = this.importFile(file, specifier);
      if (other === null || other === file) continue;
      const found = this.exported(other, name, steps + 10);
      if (found !== null) {
        this.followed.add(other.path);
        return found;
      }
    }
    return null;
  }

  private member(file: SourceFile, { object, property }: MemberExpression, steps: number): Followed {
    if (property === null) return { why: 'the index is computed' };
    if (object.kind === 'name' && ['self', 'cls', 'this'].includes(object.name))
      return this.classField(file, property, object.range.start, steps);
    const base = this.step({ file, expression: object }, steps + 1);
    if ('why' in base) return base;
    if ('module' in base) {
      const found = base.module ? this.exported(base.module, property, steps + 1) : null;
      if (found !== null) return found;
      const specifier = joinModule(base.specifier, property);
      const submodule = file.language === 'python' ? this.importFile(base.from, specifier) : null;
      if (submodule) return this.module(base.from, specifier, submodule);
      return base.module === null && file.language === 'python'
        ? { module: null, from: base.from, specifier }
        : { why: `${base.specifier} does not declare ${property}` };
    }
    const { expression } = base;
    if (expression.kind === 'object') {
      const value = fieldOf(expression, property);
      if (value !== null) return this.step({ file: base.file, expression: value }, steps + 1);
      return { why: `${property} is not a field that the file gives` };
    }
    // A member of a Python Enum.
    if (property === 'value' && expression.kind === 'string') return base;
    return { why: `${property} is known only when the program runs` };
  }

  /** A constant of the class that an offset lies in. */
  private classField(file: SourceFile, name: string, offset: number, steps: number): Followed {
    let scope: CodeScope | null = scopeAt(file.root, offset);
    while (scope !== null && scope.kind !== 'class') scope = scope.parent;
    const declarations = scope?.bindings.get(name) ?? [];
    const value = declarations.length === 1 && scope?.changed.has(name) === false ? declarations[0]?.value : null;
    return value ? this.step({ file, expression: value() }, steps + 1) : { why: `${name} is a field of an object` };
  }
}

/** `app` and `prompts` → `app.prompts`; `.` and `prompts` → `.prompts`. */
const joinModule = (specifier: string, name: string): string => (specifier.endsWith('.') ? `${specifier}${name}` : `${specifier}.${name}`);
