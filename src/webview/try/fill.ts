/** Where the values of the form can come from. */
import type { TryHost, TryPrompt } from '../../protocol/try.ts';
import type { PickerGroup } from '../controls/picker.tsx';

type Source = Parameters<TryHost['fill']>[0];

/** Each source with an id that `fillOf` reads back; empty: there is no source. */
export function fillGroups({ cases, interactions, fields }: TryPrompt): PickerGroup[] {
  if (fields.length === 0) return [];
  const group = (title: string, from: Source['from'], items: TryPrompt['cases']): PickerGroup[] =>
    items.length === 0
      ? []
      : [
          {
            title,
            items: items.map(({ id, title: label }) => ({ id: `${from}:${id}`, label: label || id, note: label === id ? null : id })),
          },
        ];
  return [
    { title: 'Tries', items: [{ id: 'last:', label: 'Values of the last try', note: null }] },
    ...group('Golden cases', 'case', cases),
    ...group('Interactions', 'interaction', interactions),
  ];
}

export function fillOf(id: string): Source {
  const [from = ''] = id.split(':', 1);
  return { from: from === 'case' || from === 'interaction' ? from : 'last', id: id.slice(from.length + 1) };
}
