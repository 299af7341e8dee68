/** A button that opens a list to choose from, with a field to search it: arrows move, Enter chooses, Escape closes and gives the focus back. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

export interface PickerGroup {
  readonly title: string;
  readonly items: readonly PickerItem[];
}

export interface PickerItem {
  readonly id: string;
  readonly label: string;
  /** What to know before it is chosen; null: nothing. */
  readonly note: string | null;
}

interface PickerProps {
  /** The name of the button and of the list. */
  readonly label: string;
  readonly placeholder: string;
  readonly groups: readonly PickerGroup[];
  readonly onChoose: (id: string) => void;
  /** What is typed and in no list, as an item; null: it cannot be chosen. */
  readonly typed?: (text: string) => PickerItem | null;
  readonly disabled?: boolean;
  readonly class?: string;
  /** The face of the button. */
  readonly children: ComponentChildren;
}

/** Items that are drawn; the others are found by typing. */
const MOST = 200;

export function Picker({ label, placeholder, groups, onChoose, typed, disabled, class: look = 'quiet-button', children }: PickerProps) {
  const [at, setAt] = useState<{ readonly left: number; readonly top: number; readonly bottom: number } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setAt(null);
    button.current?.focus();
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        class={look}
        disabled={disabled === true}
        aria-haspopup="dialog"
        aria-expanded={at !== null}
        aria-label={label}
        title={label}
        onClick={({ currentTarget }) => setAt(at === null ? currentTarget.getBoundingClientRect() : null)}
      >
        {children}
      </button>
      {at !== null && (
        <PickerList
          label={label}
          placeholder={placeholder}
          groups={groups}
          typed={typed ?? (() => null)}
          at={at}
          onClose={close}
          onChoose={(id) => {
            close();
            onChoose(id);
          }}
        />
      )}
    </>
  );
}

interface PickerListProps extends Required<Pick<PickerProps, 'label' | 'placeholder' | 'groups' | 'typed' | 'onChoose'>> {
  readonly at: { readonly left: number; readonly top: number; readonly bottom: number };
  readonly onClose: () => void;
}

function PickerList({ label, placeholder, groups, typed, at, onClose, onChoose }: PickerListProps) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const [place, setPlace] = useState({ left: at.left, top: at.bottom + 2 });
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { shown, hidden } = useMemo(() => found(groups, text, typed), [groups, text, typed]);
  const items = shown.flatMap((group) => group.items);
  const current = items[Math.min(active, items.length - 1)];
  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect();
    if (size === undefined) return;
    const below = at.bottom + 2 + size.height <= innerHeight - 4;
    setPlace({
      left: Math.max(4, Math.min(at.left, innerWidth - size.width - 4)),
      top: below ? at.bottom + 2 : Math.max(4, Math.min(at.top - size.height - 2, innerHeight - size.height - 4)),
    });
  }, [at, items.length]);
  useEffect(() => {
    input.current?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, []);
  useEffect(() => box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }), [current?.id]);
  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const last = items.length - 1;
    const next = { ArrowDown: active >= last ? 0 : active + 1, ArrowUp: active <= 0 ? last : active - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key === 'Enter') {
      if (current !== undefined) onChoose(current.id);
    } else if (next !== undefined) setActive(Math.max(0, next));
    else return;
    event.preventDefault();
  };
  let position = 0;
  return (
    <div
      class="menu picker"
      role="dialog"
      aria-label={label}
      ref={box}
      style={{ left: `${place.left}px`, top: `${place.top}px` }}
      onKeyDown={onKey}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={current === undefined ? undefined : `${id}-${items.indexOf(current)}`}
        aria-autocomplete="list"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        ref={input}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(0);
        }}
      />
      <div role="listbox" id={`${id}-list`} aria-label={label} class="picker-list">
        {shown.map(({ title, items: own }) => (
          <div role="group" aria-label={title} key={title}>
            <div class="picker-title" aria-hidden="true">
              {title}
            </div>
            {own.map((item) => {
              const index = position++;
              return (
                <div
                  key={item.id}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={item === current}
                  class="picker-item"
                  onPointerMove={() => setActive(index)}
                  onClick={() => onChoose(item.id)}
                >
                  <div>{visibleControls(item.label)}</div>
                  {item.note !== null && <div class="picker-note">{visibleControls(item.note)}</div>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <div class="picker-rest quiet" role="status">
        {items.length === 0 ? 'Nothing matches.' : hidden > 0 ? `${count(hidden)} more: type to find them.` : ''}
      </div>
    </div>
  );
}

/** The items that have every typed word, and how many more there are. */
function found(
  groups: readonly PickerGroup[],
  text: string,
  typed: (text: string) => PickerItem | null,
): { shown: readonly PickerGroup[]; hidden: number } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ label, note, id }: PickerItem): boolean => {
    const all = `${label}\n${note ?? ''}\n${id}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  let room = MOST;
  let hidden = 0;
  const shown = groups.flatMap(({ title, items }): PickerGroup[] => {
    const matching = items.filter(matches);
    const own = matching.slice(0, room);
    room -= own.length;
    hidden += matching.length - own.length;
    return own.length === 0 ? [] : [{ title, items: own }];
  });
  const isListed = groups.some(({ items }) => items.some(({ id }) => id === text.trim()));
  const extra = text.trim() === '' || isListed ? null : typed(text.trim());
  return { shown: extra === null ? shown : [...shown, { title: 'As typed', items: [extra] }], hidden };
}
