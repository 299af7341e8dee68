/** Counts one rendered request, and the part of it that a provider's cache can hold. Lives in the worker; keeps what it counted. */
import type { Divergence } from '../../core/economics/prefix/prefix.ts';
import { costUsd } from '../../core/economics/prices/price.ts';
import { NO_USAGE } from '../../core/economics/prices/usage.ts';
import { Counters } from '../../core/economics/tokens/counters.ts';
import { requestPieces, type StreamedRequest } from '../../core/economics/tokens/request-stream.ts';
import { countRequest } from '../../core/economics/tokens/request-tokens.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import { localPathOf } from '../../core/prompt/media.ts';
import type { Message, Part } from '../../core/prompt/request.ts';
import { modelFolder } from '../models/model-folder.ts';
import { readPriceFile } from '../models/price-file.ts';
import { resolveFacts } from '../models/resolve-facts.ts';
import { MediaDescriber } from '../workspace/media-files.ts';
import type { Workspace } from '../workspace/root.ts';

export interface CountJob {
  readonly workspace: Workspace;
  /** The prompt's id. */
  readonly file: string;
  readonly document: Pick<PromptDocument, 'path' | 'model'>;
  /** Instead of the prompt's own; null: its own. */
  readonly model: string | null;
  readonly request: StreamedRequest;
  /** Where the part ends that is the same in every request. */
  readonly end: Divergence;
}

export interface CountedRequest {
  readonly input: number;
  readonly cacheable: number;
  /** Tokens that a prefix must have to be cached; null: not known, or this model caches nothing. */
  readonly minimum: number | null;
  readonly basis: 'exact' | 'estimated';
  /** USD of the input without a cache; null: no price is known. */
  readonly inputCostUsd: number | null;
}

export class RequestCounter {
  private readonly counters = new Counters();
  private readonly media = new MediaDescriber();

  /** Null: no model is named, or it cannot be looked up. */
  async count({ workspace, file, document, model: given, request, end }: CountJob): Promise<CountedRequest | null> {
    const { root, settingsRoot = root, config } = workspace;
    const model = findModel({ given, document, config });
    if (model === null) return null;
    const { overrides, capabilities } = readPriceFile(settingsRoot, config);
    try {
      const facts = await resolveFacts(model.id, modelFolder(model, { file, root }), config, overrides, root, root, capabilities);
      await this.counters.load([facts.tokenizer]);
      const counter = this.counters.of(facts.tokenizer);
      const count = (text: string): number => counter.count(text);
      const whole = this.described(request, root, document.path);
      const counted = countRequest(whole, facts.model, facts.tokenizer, count);
      const empty = countRequest(NOTHING, facts.model, facts.tokenizer, count).total;
      const cacheable = countRequest(before(whole, end), facts.model, facts.tokenizer, count).total - empty;
      return {
        input: counted.total,
        cacheable: Math.min(cacheable, counted.total),
        minimum: facts.caching?.minimum ?? null,
        basis: counted.exact ? 'exact' : 'estimated',
        inputCostUsd: facts.price === null ? null : costUsd(facts.price, { ...NO_USAGE, input: counted.total }),
      };
    } catch (error) {
      // The request says so when it is sent.
      if (isHumanError(error)) return null;
      throw error;
    }
  }

  /** With what is known about its PDF and audio files. */
  private described(request: StreamedRequest, root: string, promptPath: string): StreamedRequest {
    const part = (item: Part): Part => {
      const path = 'media' in item ? localPathOf(item.media.url) : null;
      const facts = path === null ? null : this.media.describe(root, path, promptPath);
      return 'media' in item && facts !== null ? { media: { ...item.media, ...facts } } : item;
    };
    return { ...request, messages: request.messages.map((message) => ({ ...message, content: message.content.map(part) })) };
  }
}

const NOTHING: StreamedRequest = { messages: [], tools: [], output: { format: null, name: null, schema: null, strict: false } };

/** What stands before a place of a request. */
function before(request: StreamedRequest, end: Divergence): StreamedRequest {
  const pieces = requestPieces(request);
  const last = pieces[end.piece];
  if (end.piece >= pieces.length) return request;
  const frames = request.tools.length + (request.output.schema === null ? 0 : 1);
  // The prefix ends in the tools or the schema: nothing of the messages is in it.
  if (end.piece < frames || last === undefined) return NOTHING;
  const messages: Message[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (i > end.piece) break;
    if (piece.kind === 'tool' || piece.kind === 'schema' || piece.kind === 'frame') {
      const message = piece.kind === 'frame' && piece.message !== null && i < end.piece ? request.messages[piece.message] : undefined;
      if (message !== undefined) messages.push({ ...message, content: [] });
      continue;
    }
    const part = request.messages[piece.message]?.content[piece.part];
    const current = messages.at(-1);
    if (part === undefined || current === undefined) continue;
    const kept = i < end.piece ? part : 'text' in part ? { text: part.text.slice(0, end.at) } : null;
    if (kept !== null) messages[messages.length - 1] = { ...current, content: [...current.content, kept] };
  }
  return { ...request, messages };
}
