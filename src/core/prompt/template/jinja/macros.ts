/** The arguments of a macro by its parameters, as Jinja2 binds them. */
import { PyDict, PyFault, PyTuple, type PyValue } from '../python/values.ts';
import { Undefined, type CallArguments } from './objects.ts';
import type { Parameter } from './nodes.ts';

export interface MacroShape {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Which of `caller`, `varargs` and `kwargs` its body reads. */
  readonly reads: ReadonlySet<string>;
}

/** Binds all arguments; `fallback` gives the value of a default, in order, when those before are bound. */
export function bindMacro(
  { name, parameters, reads }: MacroShape,
  { positional, named }: CallArguments,
  bind: (parameter: string, value: PyValue) => void,
  fallback: (parameter: Parameter) => PyValue,
): void {
  const rest = new Map(named);
  parameters.forEach((parameter, at) => {
    const byName = rest.get(parameter.name);
    if (at < positional.length) {
      if (byName !== undefined) throw new PyFault(`macro '${name}' got two values for '${parameter.name}'`);
      return bind(parameter.name, positional[at] ?? null);
    }
    rest.delete(parameter.name);
    if (byName !== undefined) bind(parameter.name, byName);
    else if (parameter.fallback === null) bind(parameter.name, new Undefined(`parameter '${parameter.name}' was not provided`));
    else bind(parameter.name, fallback(parameter));
  });
  if (reads.has('caller') && !parameters.some((parameter) => parameter.name === 'caller')) {
    bind('caller', rest.get('caller') ?? new Undefined('No caller defined'));
    rest.delete('caller');
  }
  if (reads.has('kwargs')) bind('kwargs', new PyDict(rest));
  else if (rest.has('caller')) throw new PyFault(`macro '${name}' is called by {% call %} but does not use caller()`);
  else if (rest.size > 0) throw new PyFault(`macro '${name}' takes no keyword argument '${[...rest.keys()][0] ?? ''}'`);
  const more = positional.slice(parameters.length);
  if (reads.has('varargs')) bind('varargs', new PyTuple(more));
  else if (more.length > 0) throw new PyFault(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
}
