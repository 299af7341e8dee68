/** A sent request as a program for people: curl, or SDK code that sends the same bytes. Keys are named, never written. */
import { ANTHROPIC_VERSION } from '../../adapters/models/anthropic/messages-body.ts';
import { endpointOf, shareableVariable, wireOf } from '../../adapters/models/endpoint.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import { cacheKeyOf } from '../../core/calls/cache-keys.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { pythonProgramText, typescriptProgramText, type ProgramRequest } from '../../core/try/programs.ts';
import type { RenderedRequest } from '../../core/prompt/request.ts';
import { curlOf } from '../runs/request-view.ts';
import type { SentAs } from './try-ports.ts';

/** @throws {HumanError} when the model has no server, or its requests are signed. */
export function programText(
  request: RenderedRequest,
  { model, version, parameters }: SentAs,
  config: GoldsetConfig,
  keys: Pick<KeySource, 'isAllowed'>,
  form: 'curl' | 'typescript' | 'python',
): string {
  if (form === 'curl') return curlOf(request, { model, parameters: parameters as JsonObject }, config, keys);
  const endpoint = model.startsWith('scripted:') ? null : endpointOf(model, config);
  if (endpoint === null)
    throw new HumanError(
      'copy/no-endpoint',
      `${model} has no address that a program could send to.`,
      'Choose a model of a provider. A scripted model has an address while `goldset serve` runs.',
    );
  if (endpoint.format === 'converse')
    throw new HumanError('copy/signed', 'Requests to Bedrock are signed, which this code cannot do.', 'Copy it as curl.');
  const wire = wireOf(endpoint);
  const keyed = endpoint.official?.name === 'openai' && config.promptCache.keys;
  const asked = { ...request, parameters, repeat: 0, ...(keyed ? { cacheKey: cacheKeyOf(version, 0) } : {}) };
  const sent: ProgramRequest = {
    format: endpoint.format,
    baseUrl: endpoint.baseUrl,
    path: wire.path(asked),
    body: { ...wire.body(asked), ...wire.stream },
    keyVariable: shareableVariable(endpoint, keys),
    keyHeader: endpoint.dialect.keyHeader,
    headers: endpoint.format === 'messages' ? { 'anthropic-version': ANTHROPIC_VERSION } : {},
  };
  return form === 'typescript' ? typescriptProgramText(sent) : pythonProgramText(sent);
}
