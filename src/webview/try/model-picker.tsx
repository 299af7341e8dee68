/** Chooses a model from those that are configured, reachable or suggested; any other can be typed. */
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TryModelGroup } from '../../protocol/try.ts';
import { Picker, type PickerItem } from '../controls/picker.tsx';

interface ModelPickerProps {
  readonly label: string;
  readonly groups: readonly TryModelGroup[];
  readonly disabled?: boolean;
  readonly onChoose: (model: string) => void;
  readonly children: ComponentChildren;
}

export function ModelPicker({ label, groups, disabled, onChoose, children }: ModelPickerProps) {
  const shown = useMemo(
    () => groups.map(({ title, models }) => ({ title, items: models.map(({ id, note }) => ({ id, label: id, note })) })),
    [groups],
  );
  return (
    <Picker
      label={label}
      placeholder="Search, or type provider:model"
      groups={shown}
      typed={typedModel}
      disabled={disabled === true}
      onChoose={onChoose}
    >
      {children}
    </Picker>
  );
}

/** `provider:model` or `provider/model`. */
const typedModel = (text: string): PickerItem | null =>
  /^[\w.-]+[:/]\S+$/.test(text) ? { id: text, label: text, note: 'Use the typed name' } : null;
