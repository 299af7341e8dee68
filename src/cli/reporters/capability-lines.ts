/** The row of a model in the table of what models accept, for `goldset models ID`. */
import type { KnownCapabilities } from '../../core/economics/capabilities.ts';
import { SAMPLING, type ParameterRule } from '../../core/economics/data/capability-row.ts';
import { quantity } from '../../core/display/figures.ts';

export function capabilityLines(row: KnownCapabilities | null): string[] {
  if (row === null) return ['  accepts   not known; after a 400 that names a parameter, it is left out for the rest of the run'];
  const named = Object.entries(row.parameters ?? {});
  const rules: (readonly [string, ParameterRule | null])[] = [
    ...SAMPLING.map((name) => [name, row.sampling[name]] as const),
    ['stop', row.stop],
    ['seed', row.seed],
  ];
  const own = new Set(named.map(([name]) => name));
  const all = [...rules.filter(([name]) => !own.has(name)), ...named];
  const { thinking, retirement } = row;
  const media = (['images', 'pdf', 'audio'] as const).filter((name) => row[name] === true);
  return [
    ...line(
      'accepts',
      ofKind(all, (rule) => rule?.support === 'accepted'),
    ),
    ...line('rejects', [...ofKind(all, (rule) => rule?.support === 'rejected'), ...(row.prefill === 'rejected' ? ['prefill'] : [])]),
    ...line(
      'ignores',
      ofKind(all, (rule) => rule?.support === 'ignored'),
    ),
    ...line(
      'unknown',
      ofKind(all, (rule) => rule === null),
    ),
    ...line('efforts', row.efforts?.map((effort) => (effort === row.defaultEffort ? `${effort} (default)` : effort)) ?? []),
    ...line('thinking', thinking === null ? [] : [MODES[thinking.mode], budgetText(thinking.budget)]),
    ...line(
      'tools',
      Object.entries(row.tools).map(([api, rule]) => `${api}: ${ruleText(rule)}`),
    ),
    ...line('media', media),
    ...line('output', row.outputLimit === null ? [] : [`at most ${quantity(row.outputLimit, 'token')}, thinking included`]),
    ...line('offered', row.services ?? []),
    ...line(
      'retired',
      retirement === null ? [] : [retirement.date, ...(retirement.successor === null ? [] : [`successor ${retirement.successor}`])],
    ),
    `  source    ${row.source}, ${row.date}; ${BASIS[row.basis]} ${row.row}`,
  ];
}

const line = (name: string, values: readonly string[]): string[] =>
  values.length === 0 ? [] : [`  ${name.padEnd(9)} ${values.filter((value) => value !== '').join(', ')}`];

const ofKind = (rules: readonly (readonly [string, ParameterRule | null])[], is: (rule: ParameterRule | null) => boolean): string[] =>
  rules.filter(([, rule]) => is(rule)).map(([name, rule]) => `${name}${rule === null ? '' : limits(rule)}`);

function limits({ support, acceptedWith, min, max }: ParameterRule): string {
  if (acceptedWith !== undefined && support !== 'accepted') return ` (accepted with effort ${acceptedWith.join(', ')})`;
  return min === undefined && max === undefined ? '' : ` (${min ?? ''} to ${max ?? ''})`;
}

const ruleText = (rule: ParameterRule | undefined): string => (rule === undefined ? 'unknown' : `${rule.support}${limits(rule)}`);

const budgetText = (budget: { readonly min: number; readonly max: number } | null): string =>
  budget === null ? 'takes no budget' : `budget ${budget.min} to ${budget.max} tokens`;

const MODES = { never: 'never', off: 'off by default', on: 'on by default', always: 'always' } as const;
const BASIS = { exact: 'row of', family: 'row of the family', override: 'your price file, over the row of' } as const;
