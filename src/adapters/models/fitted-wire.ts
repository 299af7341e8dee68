/** A wire that never writes a parameter that its model is known to reject. */
import type { FittedParameters } from '../../core/model/sent-without.ts';
import type { ModelRequest } from '../../core/model/model-request.ts';
import type { Wire } from './wire.ts';

export type Fit = (request: Pick<ModelRequest, 'parameters' | 'tools'>) => FittedParameters;

/** The wire of a request whose parameters were fitted to its model; what that changed is what `fit` returns. */
export function fittedWire(wire: Wire, fit: Fit): Wire {
  const fitted = (request: ModelRequest): ModelRequest => {
    const { parameters } = fit(request);
    return parameters === request.parameters ? request : { ...request, parameters };
  };
  return {
    path: (request) => wire.path(fitted(request)),
    body: (request) => wire.body(fitted(request)),
    stream: wire.stream,
    reader: (request, elapsed, callbacks) => wire.reader(fitted(request), elapsed, callbacks),
  };
}
