/** The frame of a plot: its title, the drawing, and the same numbers as a table. */
import type { ComponentChildren } from 'preact';

/** Colours of candidates, from the theme; with the marks they are told apart without colour too. */
export const COLOURS = ['blue', 'purple', 'green', 'orange', 'red', 'yellow'].map((name) => `var(--vscode-charts-${name})`);
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? 'currentColor';

export const WIDTH = 320;
export const HEIGHT = 170;
export const MARGIN = { left: 44, right: 12, top: 10, bottom: 30 } as const;
export const INNER = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom } as const;

interface FigureProps {
  readonly title: string;
  /** What can be read off, in one sentence. */
  readonly summary: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly children: ComponentChildren;
  readonly legend?: readonly { readonly name: string; readonly colour: string }[];
}

export function Figure({ title, summary, head, rows, legend, children }: FigureProps) {
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong> <span class="quiet">{summary}</span>
      </figcaption>
      {rows.length > 0 && children}
      {legend !== undefined && legend.length > 1 && (
        <ul class="legend">
          {legend.map(({ name, colour }) => (
            <li key={name}>
              <span class="swatch" style={{ background: colour }} /> {name}
            </li>
          ))}
        </ul>
      )}
      {rows.length > 0 && (
        <details>
          <summary>Numbers</summary>
          <table>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr key={i}>
                  {row.map((text, c) =>
                    c === 0 ? (
                      <th key={c} scope="row">
                        {text}
                      </th>
                    ) : (
                      <td key={c}>{text}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  );
}

/** A mark that can be pointed at, reached by Tab and chosen by Enter. */
export function Mark({
  label,
  onChoose,
  children,
  pressed,
}: {
  readonly label: string;
  readonly onChoose?: (() => void) | undefined;
  readonly children: ComponentChildren;
  readonly pressed?: boolean;
}) {
  return (
    <g
      class="mark"
      // In SVG the name of an attribute has its own case.
      tabindex={0}
      role={onChoose ? 'button' : 'img'}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (!onChoose || (event.key !== 'Enter' && event.key !== ' ')) return;
        event.preventDefault();
        onChoose();
      }}
    >
      <title>{label}</title>
      {children}
    </g>
  );
}

/** Round steps of a linear axis. */
export function ticksOf(most: number, wanted = 4): number[] {
  if (most <= 0) return [0];
  const raw = most / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}

export function LeftAxis({
  ticks,
  y,
  format,
}: {
  readonly ticks: readonly number[];
  readonly y: (value: number) => number;
  readonly format: (value: number) => string;
}) {
  return (
    <g class="axis" aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(tick)} y2={y(tick)} />
          <text x={MARGIN.left - 5} y={y(tick)} dy="0.32em" text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

export function BottomLabels({ labels }: { readonly labels: readonly (readonly [number, string])[] }) {
  return (
    <g class="axis" aria-hidden="true">
      {labels.map(([x, text], i) => (
        <text key={i} x={x} y={HEIGHT - MARGIN.bottom + 15} text-anchor={x > WIDTH - 2.5 * MARGIN.right ? 'end' : 'middle'}>
          {text}
        </text>
      ))}
    </g>
  );
}
