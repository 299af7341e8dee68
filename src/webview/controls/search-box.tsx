/** A field to search with: typing goes on without waiting for what is found. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface SearchBoxProps {
  readonly text: string;
  readonly label: string;
  readonly placeholder: string;
  /** ms after the last key until `onText`. */
  readonly pause: number;
  readonly onText: (text: string) => void;
}

export function SearchBox({ text, label, placeholder, pause, onText }: SearchBoxProps) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => setTyped(text), [text]);
  return (
    <div class="search">
      <Icon name="search" />
      <input
        id="search"
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={typed}
        onInput={({ currentTarget }) => {
          const { value } = currentTarget;
          setTyped(value);
          if (timer.current !== null) clearTimeout(timer.current);
          timer.current = setTimeout(() => onText(value), pause);
        }}
      />
    </div>
  );
}
