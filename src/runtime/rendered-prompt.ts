/** One rendered request as the body of each client's call, made by what makes the bodies of runs. */
import { messagesBody } from '../adapters/models/anthropic/messages-body.ts';
import { endpointOf } from '../adapters/models/endpoint.ts';
import { chatBody } from '../adapters/models/openai/chat-body.ts';
import { responsesBody } from '../adapters/models/openai/responses-body.ts';
import { rememberRequest } from '../adapters/models/asked-before.ts';
import { DIALECTS } from '../core/config/dialects.ts';
import type { GoldsetConfig } from '../core/config/goldset-yaml.ts';
import { parseModelId } from '../core/config/model-id.ts';
import type { RenderedRequest } from '../core/prompt/request.ts';
import type { ChatBody, MessagesBody, RenderedPrompt, ResponsesBody } from './goldset-runtime.d.ts';
import { LoadPromptError } from './load-prompt-error.ts';

export interface RenderedFor {
  readonly name: string;
  /** Of the model, as written. */
  readonly id: string;
  readonly config: GoldsetConfig;
}

export function renderedPrompt(request: RenderedRequest, { name, id, config }: RenderedFor): RenderedPrompt {
  const media = request.messages.flatMap(({ content }) => content.flatMap((part) => ('media' in part ? [part.media.url] : [])));
  const relative = media.find((url) => !/^(https?|data):/i.test(url));
  if (relative !== undefined)
    throw new LoadPromptError(
      'image/relative',
      `${name} shows ${relative}, which no provider can reach.`,
      'Give the image as an https: or data: address.',
    );
  const endpoint = endpointOf(id, config);
  const model = endpoint?.model ?? parseModelId(id)?.model ?? id;
  const breakpoint = endpoint?.marks ?? false;
  const { ttl } = config.promptCache;
  rememberRequest(request);
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
