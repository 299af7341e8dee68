/** The edge between table and side pane: dragged, or moved by arrow keys. */
import { drag } from './drag.ts';

interface SplitterProps {
  /** px of the side pane. */
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

const MIN = 280;
const MAX = 1200;
const STEP = 24;

export function Splitter({ width, onWidth }: SplitterProps) {
  const set = (wanted: number): void => onWidth(Math.round(Math.max(MIN, Math.min(MAX, wanted))));
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the result"
      aria-valuenow={width}
      aria-valuemin={MIN}
      aria-valuemax={MAX}
      tabIndex={0}
      onKeyDown={({ key }) => {
        if (key === 'ArrowLeft') set(width + STEP);
        if (key === 'ArrowRight') set(width - STEP);
      }}
      onPointerDown={(event) => drag(event, (dx) => set(width - dx))}
    />
  );
}
