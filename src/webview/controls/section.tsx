/** A part of the side pane that can be folded. */
import type { ComponentChildren } from 'preact';

export function Section({
  title,
  children,
  open = true,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly open?: boolean;
}) {
  return (
    <details class="section" open={open}>
      <summary>
        <h3>{title}</h3>
      </summary>
      {children}
    </details>
  );
}
