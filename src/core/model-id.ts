/** `provider:model`, `provider/model`, or a bare id that only one provider can mean. */

export interface ModelId {
  readonly provider: string;
  readonly model: string;
}

/** A model of rules in a file, which sends nothing and costs nothing. */
export const isScripted = (id: string): boolean => id.startsWith('scripted:');

/** As a narrow column can show it: without the provider, or the folders of a scripted model. */
export const shortModelName = (id: string): string => (isScripted(id) ? (id.split('/').at(-1) ?? id) : id.replace(/^[^:]*:/, ''));

/** Null when no provider is named and none can be told from the id. */
export function parseModelId(text: string): ModelId | null {
  const match = /^([A-Za-z][\w.-]*)[:/](.+)$/.exec(text.trim());
  if (match?.[1] !== undefined && match[2] !== undefined) return { provider: match[1].toLowerCase(), model: match[2] };
  if (/^(gpt-|o\d|chatgpt-)/.test(text)) return { provider: 'openai', model: text };
  if (text.startsWith('gemini-')) return { provider: 'google', model: text };
  if (text.startsWith('claude-')) return { provider: 'anthropic', model: text };
  return null;
}
