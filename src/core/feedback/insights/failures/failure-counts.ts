/** Counts the calls of a window by day, version, model and attribute, in memory that does not grow with the calls. */
import type { Interaction } from '../../interactions/interaction.ts';
import { versionName } from '../../interactions/version-name.ts';
import type { FailureExposure } from './failure.ts';
import { dimensionsOf } from './topic-breakdown.ts';

/** An attribute with more values is one of single calls, such as an id. */
const MOST_VALUES = 300;

export class FailureCounts {
  private calls = 0;
  private readonly byDay = new Map<string, number>();
  private readonly by = new Map<string, Map<string, number>>();
  private readonly left = new Set<string>();

  take({ time, prompt, model, attributes = {} }: Interaction): void {
    this.calls++;
    const day = time.slice(0, 10);
    this.byDay.set(day, (this.byDay.get(day) ?? 0) + 1);
    for (const [name, value] of dimensionsOf({ version: prompt === null ? null : versionName(prompt), model, attributes })) {
      if (this.left.has(name)) continue;
      let values = this.by.get(name);
      if (values === undefined) this.by.set(name, (values = new Map<string, number>()));
      values.set(value, (values.get(value) ?? 0) + 1);
      if (values.size <= MOST_VALUES) continue;
      this.by.delete(name);
      this.left.add(name);
    }
  }

  exposure(): FailureExposure {
    return { calls: this.calls, byDay: this.byDay, by: this.by };
  }
}
