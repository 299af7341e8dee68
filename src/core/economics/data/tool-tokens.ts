/** Tokens that providers add for the tools of a request. */

export const isClaude = (model: string): boolean => /^claude-/.test(model);

/** Anthropic puts a system prompt of its own in front of tools: 346 tokens on the models whose count is published. */
export const CLAUDE_TOOLS = 346;

/** Constants of the cookbook (How to count tokens) for tools, gpt-4o and later. */
export const OPENAI_TOOLS = { start: 7, propertyStart: 3, property: 3, enumStart: -3, enumItem: 3, end: 12 };
