/** A prompt that stands in no file of its own: a list of messages, without inputs, tools, an output schema and golden cases. */
import { placeholdersIn } from '../text/fill-text.ts';
import type { PromptDocument } from './document.ts';

const NOWHERE = { start: 0, end: 0 };

export interface MessageList {
  /** Where it is said to stand. */
  readonly path: string;
  readonly name: string;
  /** Null: the caller chooses the model. */
  readonly model: string | null;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Whether `{{name}}` in a message is filled in. */
  readonly hasPlaceholders: boolean;
}

export const messageListDocument = ({ path, name, model, messages, hasPlaceholders }: MessageList): PromptDocument => ({
  path,
  format: 'prompt-yml',
  name,
  variant: null,
  isPartial: false,
  description: null,
  model: model === null ? null : { id: model, range: NOWHERE },
  parameters: {},
  template: {
    kind: 'messages',
    messages: messages.map(({ role, content }) => ({
      role,
      content,
      range: NOWHERE,
      placeholders: hasPlaceholders ? placeholdersIn(content).map((hole) => ({ ...hole, range: NOWHERE })) : [],
    })),
  },
  input: { defaults: {}, schema: null, declared: [] },
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  embedded: { cases: [], assertions: [] },
  settings: { golden: null, budget: null },
  metadata: {},
});
