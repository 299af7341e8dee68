/** One rendered request as the body of each client's call, made by what makes the bodies of runs. */
import { messagesBody } from '../adapters/models/anthropic/messages-body.ts';
import { endpointOf } from '../adapters/models/endpoint.ts';
import { chatBody } from '../adapters/models/openai/chat-body.ts';
import { responsesBody } from '../adapters/models/openai/responses-body.ts';
import { DIALECTS } from '../core/config/dialects.ts';
import type { GoldsetConfig } from '../core/config/goldset-yaml.ts';
import { parseModelId } from '../core/model-id.ts';
import { chooseMarks, NOTHING_SHARED, prefixEnds } from '../core/economics/prefix/prefix-ends.ts';
import type { RenderedRequest } from '../core/prompt/request.ts';
import type { ChatBody, MessagesBody, RenderedPrompt, ResponsesBody } from './goldset-runtime.d.ts';

export interface RenderedFor {
  /** Of the model, as written. */
  readonly id: string;
  readonly config: GoldsetConfig;
}

export function renderedPrompt(rendered: RenderedRequest, { id, config }: RenderedFor): RenderedPrompt {
  const request = { ...rendered, marks: chooseMarks(prefixEnds(rendered), NOTHING_SHARED) };
  const endpoint = endpointOf(id, config);
  const model = endpoint?.model ?? parseModelId(id)?.model ?? id;
  const breakpoint = endpoint?.marks ?? false;
  const { ttl } = config.promptCache;
  return {
    get chat() {
      return chatBody(
        model,
        { ...request, breakpoint: breakpoint && endpoint?.format !== 'messages' },
        endpoint?.dialect ?? DIALECTS.openai,
      ) as unknown as ChatBody;
    },
    get responses() {
      const kept = breakpoint && (ttl === '30m' || ttl === '12h') ? ttl : null;
      return responsesBody(model, { ...request, breakpoint }, { ttl: kept, comparedWith: null, store: false }) as unknown as ResponsesBody;
    },
    get anthropic() {
      const kept = breakpoint ? (ttl === '1h' ? '1h' : '5m') : null;
      return messagesBody(model, request, { ttl: kept, comparedWith: null }) as unknown as MessagesBody;
    },
  };
}
