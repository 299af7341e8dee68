import type { JsonObject } from './json/json.ts';

export interface ToolDefinition {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
}

export interface ToolCall {
  readonly id: string | null;
  readonly name: string;
  /** The JSON text as the model wrote it. */
  readonly arguments: string;
}

export interface ToolResult {
  /** Of the call that it answers. */
  readonly id: string | null;
  readonly name: string;
  readonly text: string;
}

/** One round with tools: what the model called, and what it got. */
export interface ToolRound {
  readonly calls: readonly ToolCall[];
  readonly results: readonly ToolResult[];
}
