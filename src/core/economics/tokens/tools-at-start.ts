/**
 * Tokens of a prefix as a model reads them. Prefixes are found in the JSON of the tools, which is the first part of every request; what a
 * model reads of them has another length, and the provider may add text of its own.
 */
import type { ToolDefinition } from '../../tool.ts';
import { toolTokens } from './request-tokens.ts';
import type { TextCounter } from './token-counter.ts';

type Tools = readonly ToolDefinition[];

interface ToolsRead {
  readonly asJson: number;
  readonly asRead: number;
  /** By how many `asRead` may differ, either way. */
  readonly band: number;
}

export class ToolsAtStart {
  private readonly known = new Map<Tools, ToolsRead>();

  /** `model`: its name, which decides how it reads tools. */
  constructor(
    private readonly model: string,
    private readonly counter: TextCounter,
  ) {}

  /** Tokens that the model reads, of the first `tokens` of a request with these tools; of a part of the tools, their share. */
  tokensRead(tokens: number, tools: Tools): number {
    if (tools.length === 0) return tokens;
    const { asJson, asRead } = this.of(tools);
    return tokens < asJson ? (tokens * asRead) / asJson : tokens - asJson + asRead;
  }

  /** By how many tokens such a prefix may differ because of its tools, either way. */
  band(tokens: number, tools: Tools): number {
    if (tools.length === 0) return 0;
    const { asJson, band } = this.of(tools);
    return tokens < asJson ? (tokens * band) / asJson : band;
  }

  private of(tools: Tools): ToolsRead {
    const known = this.known.get(tools);
    if (known !== undefined) return known;
    const count = (text: string): number => this.counter.count(text);
    const { text, added, band, above } = toolTokens(tools, this.model, count);
    const asJson = tools.reduce((sum, tool) => sum + count(JSON.stringify(tool)), 0);
    const made = { asJson, asRead: text + added, band: band + above };
    this.known.set(tools, made);
    return made;
  }
}
