/** What every reader of a file with one prompt begins with. */
import type { PromptDocument, PromptFormat } from '../document.ts';

export const blankDocument = (path: string, format: PromptFormat, name: string): PromptDocument => ({
  path,
  format,
  name,
  variant: null,
  isPartial: false,
  description: null,
  model: null,
  parameters: {},
  template: { kind: 'messages', messages: [] },
  input: { defaults: {}, schema: null, declared: [] },
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  embedded: { cases: [], assertions: [] },
  settings: { golden: null, budget: null },
  metadata: {},
});
