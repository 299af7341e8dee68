/** The arguments of a filter, test, method or function by the names of its parameters. */
import { PyFault, type PyValue } from '../python/values.ts';
import type { CallArguments } from './objects.ts';

/** A parameter, with its default where it has one. */
export type ParameterSpec = readonly [name: string] | readonly [name: string, fallback: PyValue];

/** The values in the order of `parameters`. @throws {PyFault} for too many, unknown or missing arguments. */
export function boundArguments(name: string, parameters: readonly ParameterSpec[], { positional, named }: CallArguments): PyValue[] {
  if (positional.length > parameters.length)
    throw new PyFault(`${name}() takes at most ${parameters.length} arguments, not ${positional.length}`);
  const known = new Set(parameters.map(([parameter]) => parameter));
  for (const given of named.keys()) if (!known.has(given)) throw new PyFault(`${name}() got an unexpected keyword argument '${given}'`);
  return parameters.map(([parameter, fallback], at) => {
    const byName = named.get(parameter);
    if (at < positional.length) {
      if (byName !== undefined) throw new PyFault(`${name}() got multiple values for argument '${parameter}'`);
      return positional[at] ?? null;
    }
    const value = byName ?? fallback;
    if (value === undefined) throw new PyFault(`${name}() missing the argument '${parameter}'`);
    return value;
  });
}
