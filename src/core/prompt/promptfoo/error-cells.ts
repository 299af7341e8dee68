/** Of several prompts of one config that run together, one that cannot be read is an error of its own cells; the others run. */
import type { Diagnostic } from '../../problems/diagnostics.ts';
import { quantity } from '../../display/figures.ts';
import { fileOfPrompt } from '../formats/prompt-name.ts';
import type { PromptReading } from '../read-prompt.ts';
import type { RunTarget } from '../run-target.ts';

interface ReadTarget {
  readonly reading: PromptReading;
  readonly target: RunTarget;
}

/** How many cases an error of a whole prompt affects, as its message ends. */
export const affects = (cases: number): string => ` This affects ${quantity(cases, 'case')}.`;

/** The prompts as they can be run. A prompt that is alone, or of whose config no prompt can be read, stays as it is: it is refused. */
export function withErrorCells<T extends ReadTarget>(all: readonly T[]): T[] {
  const readable = new Set(all.filter(({ reading }) => firstError(reading) === null).map(configOf));
  return all.map((item) => {
    const { reading, target } = item;
    const broken = firstError(reading);
    if (broken === null || reading.document.format !== 'promptfoo' || !readable.has(configOf(item))) return item;
    const count = affects(reading.document.embedded.cases.length);
    const problem = broken.message.endsWith(count) ? broken.message.slice(0, -count.length) : broken.message;
    return {
      ...item,
      reading: { ...reading, diagnostics: reading.diagnostics.filter(({ severity }) => severity !== 'error') },
      target: { ...target, cases: target.cases.map((one) => ({ ...one, unsupported: one.unsupported ?? problem })) },
    };
  });
}

const configOf = ({ reading }: ReadTarget): string => fileOfPrompt(reading.document.path);

const firstError = ({ diagnostics }: PromptReading): Diagnostic | null => diagnostics.find(({ severity }) => severity === 'error') ?? null;
