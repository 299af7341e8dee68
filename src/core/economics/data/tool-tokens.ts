/** Tokens that providers add for the tools of a request, and how far the count of a tool may be off. */

/**
 * Anthropic puts a system prompt of its own in front of tools (Tool use, Pricing; `tool_choice` auto or none; read on 2026-11-29). A model
 * that the page does not list has no published count.
 */
const CLAUDE_TOOLS: readonly (readonly [models: RegExp, tokens: number])[] = [
  [/^claude-opus-5(-\d{8})?$/, 286],
  [/^claude-opus-4-8/, 290],
  [/^claude-opus-4-7/, 675],
  [/^claude-(opus|sonnet)-4-6/, 497],
  [/^claude-(opus|sonnet|haiku)-4-5/, 496],
  [/^claude-(opus-4-1|(opus|sonnet)-4(-0)?(-\d{8})?$)/, 313],
  [/^claude-sonnet-5(-\d{8})?$/, 354],
  [/^claude-3-5-haiku/, 264],
  [/^claude-3-[57]-sonnet/, 346],
  [/^claude-3-opus/, 530],
];

/** Tokens of the system prompt that Anthropic adds for tools; null: it adds one whose length is not published. 0: another maker's model. */
export function addedForTools(model: string): number | null {
  if (!model.startsWith('claude-')) return 0;
  return CLAUDE_TOOLS.find(([models]) => models.test(model))?.[1] ?? null;
}

/** The longest of the published ones, with a tool that must be called (Claude Opus 4.7). */
export const MOST_ADDED_FOR_TOOLS = 804;

/**
 * By what share the count of a tool may be off. OpenAI, flat fields: 4 % between the rendering and the constants of OpenAI's cookbook on six
 * tools; nested fields: 16 % between lines that are indented and lines that are not. Others: 28 % on the tool of Anthropic's page "Token
 * counting", 43 tokens without the system prompt.
 */
export const toolShare = (isRendered: boolean, isNested: boolean): number => (isRendered ? (isNested ? 0.16 : 0.05) : 0.3);

/** By what share a schema of the output may be off: it stands in the request as JSON, in words that no provider publishes. Assumed. */
export const SCHEMA_SHARE = 0.15;
