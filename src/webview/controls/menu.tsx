/** A menu that a button or a key opens: arrows move, Enter chooses, Escape closes and gives the focus back. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  readonly icon?: IconName;
  /** A choice among several: whether it is made. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** Begins a new group. */
  readonly separated?: boolean;
}

interface MenuProps {
  readonly items: readonly MenuItem[];
  readonly at: { readonly x: number; readonly y: number };
  readonly label: string;
  readonly onClose: () => void;
}

export function Menu({ items, at, label, onClose }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box)
      setPlace({
        x: Math.max(4, Math.min(at.x, innerWidth - box.width - 4)),
        y: Math.max(4, Math.min(at.y, innerHeight - box.height - 4)),
      });
  }, [at.x, at.y]);
  useEffect(() => {
    const before = document.activeElement;
    list.current?.querySelector<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])')?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !list.current?.contains(event.target)) onClose();
    };
    document.addEventListener('pointerdown', outside, true);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      if (before instanceof HTMLElement && (document.activeElement === document.body || list.current?.contains(document.activeElement)))
        before.focus();
    };
  }, []);
  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const entries = [...(list.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const active = entries.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (next === undefined) return;
    else entries[(next + entries.length) % entries.length]?.focus();
    event.preventDefault();
  };
  return (
    <div class="menu" role="menu" aria-label={label} ref={list} onKeyDown={onKey} style={{ left: `${place.x}px`, top: `${place.y}px` }}>
      {items.map(({ label: text, run, icon, checked, disabled, separated }) => (
        <button
          key={text}
          type="button"
          class={separated ? 'separated' : ''}
          role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
          aria-checked={checked}
          aria-disabled={disabled === true}
          tabIndex={-1}
          onClick={() => {
            if (disabled === true) return;
            onClose();
            run();
          }}
        >
          <span class="menu-icon">{checked === true ? <Icon name="check" /> : icon ? <Icon name={icon} /> : null}</span>
          {text}
        </button>
      ))}
    </div>
  );
}

/** A button with its menu. */
export function MenuButton({
  label,
  icon,
  items,
  title,
}: {
  readonly label: string;
  readonly icon: IconName;
  readonly items: readonly MenuItem[];
  readonly title?: string;
}) {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  return (
    <>
      <button
        type="button"
        class="quiet-button"
        aria-haspopup="menu"
        aria-expanded={at !== null}
        title={title ?? label}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt(at === null ? { x: box.left, y: box.bottom + 2 } : null);
        }}
      >
        <Icon name={icon} /> <span class="button-label">{label}</span>
      </button>
      {at !== null && <Menu items={items} at={at} label={label} onClose={() => setAt(null)} />}
    </>
  );
}
