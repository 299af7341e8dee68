/**
 * The price at capture: what a call cost is written into its record, with the date and the source of the price. Prices that change later, in
 * goldset.yaml or in public data, change no call of the past.
 */
import { messageOf } from '../../core/problems/errors.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { newInteraction } from '../../core/feedback/interactions/record-fields.ts';
import { InteractionModels } from '../interactions/interaction-models.ts';
import { requirePrices } from '../models/price-file.ts';
import { openWorkspace } from '../workspace/root.ts';

/** ms after which the user's prices are read again. */
const AGAIN = 60_000;

export class CapturePrices {
  private models: InteractionModels | null = null;
  private until = -Infinity;

  /** `tell`: hears why no costs are written. Calls are stored all the same. */
  constructor(
    private readonly root: string,
    private readonly tell: (problem: string) => void,
  ) {}

  /** The same lines with what each call cost. Never rejects. */
  async priced(lines: readonly StoredLine[]): Promise<readonly StoredLine[]> {
    await this.load(lines);
    return this.pricedNow(lines);
  }

  /** The prices of the models of these lines. Never rejects. */
  async load(lines: readonly StoredLine[]): Promise<void> {
    if (!lines.some(needsPrice)) return;
    try {
      const models = await this.known();
      for (const line of lines) if ('interaction' in line && needsPrice(line)) await models.load(line.interaction.model);
    } catch (error) {
      this.tell(`Calls are stored without what they cost, because prices cannot be read: ${messageOf(error)}`);
    }
  }

  /** By the models that are loaded already. */
  pricedNow(lines: readonly StoredLine[]): readonly StoredLine[] {
    const { models } = this;
    if (models === null) return lines;
    return lines.map((line) => {
      if (!('interaction' in line) || !needsPrice(line)) return line;
      const captured = models.capturedPrice(line.interaction);
      return captured === null ? line : { interaction: newInteraction({ ...line.interaction, ...captured }) };
    });
  }

  private async known(): Promise<InteractionModels> {
    if (this.models !== null && performance.now() < this.until) return this.models;
    this.until = performance.now() + AGAIN;
    const { config } = await openWorkspace(this.root);
    this.models = new InteractionModels(this.root, config, requirePrices(this.root, config));
    return this.models;
  }
}

const needsPrice = (line: StoredLine): boolean =>
  'interaction' in line && line.interaction.costUsd === null && line.interaction.usage !== null && line.interaction.model !== null;
