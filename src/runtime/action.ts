/** An action of a user, and what it costs besides the calls of captured clients. */
import { OPERATIONS, type Operation } from '../core/feedback/interactions/interaction.ts';
import { messageOf } from '../core/problems/errors.ts';
import { callContext } from './call-context.ts';
import type { CaptureHost } from './capture-host.ts';
import type { ActionOptions, CostOptions, NamedAction } from './goldset-runtime.d.ts';
import { operationRecord } from './record-operation.ts';
import { reportOnce } from './report-once.ts';
import { recordWriter } from './start-call.ts';

export function namedAction(host: CaptureHost, type: string, id: string, options: ActionOptions = {}): NamedAction {
  const action: NamedAction = {
    type,
    id,
    ...(options.sampleRate === undefined ? {} : { sampleRate: options.sampleRate }),
    cost: (name, usd, given = {}) => {
      try {
        recordCost(host, action, options, { name, usd, ...given });
      } catch (error) {
        reportOnce(`A cost of an action was not recorded: ${messageOf(error)}.`);
      }
    },
  };
  return action;
}

interface NamedCost extends CostOptions {
  readonly name: string;
  readonly usd: number;
}

function recordCost(
  host: CaptureHost,
  action: NamedAction,
  options: ActionOptions,
  { name, usd, type, model, latencyMs }: NamedCost,
): void {
  if (typeof name !== 'string' || name === '' || typeof usd !== 'number' || !Number.isFinite(usd) || usd < 0) {
    reportOnce('A cost without a name or an amount in US dollars was not recorded. Pass cost() a name and a number from 0 up.');
    return;
  }
  const context = callContext({ ...options, action });
  if (context.action === null) {
    reportOnce('A cost was not recorded, because its action has no type or no id.');
    return;
  }
  const record = operationRecord(Date.now(), operationOf(name, type), {
    ...context,
    model: model ?? null,
    costUsd: usd,
    latencyMs: typeof latencyMs === 'number' && latencyMs >= 0 ? latencyMs : null,
  });
  recordWriter({ client: {}, options: { ...options, action }, host }, undefined, 0)(record);
}

/** What the name says, where the application does not. */
function operationOf(name: string, type: CostOptions['type']): Operation {
  const said = OPERATIONS.find((item) => item === type);
  const guess = /embed/i.test(name) ? 'embeddings' : /re-?rank/i.test(name) ? 'rerank' : /image/i.test(name) ? 'image' : 'other';
  return { type: said ?? guess, name };
}
