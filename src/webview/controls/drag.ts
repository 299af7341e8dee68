/** Follows the pointer from pressing to letting go. */

/** `onMove` hears how far it is from where it was pressed, px to the right. */
export function drag(event: PointerEvent & { readonly currentTarget: HTMLElement }, onMove: (dx: number) => void): void {
  event.preventDefault();
  event.stopPropagation();
  const { currentTarget, pointerId, clientX } = event;
  currentTarget.setPointerCapture(pointerId);
  const move = (moved: PointerEvent): void => onMove(moved.clientX - clientX);
  currentTarget.addEventListener('pointermove', move);
  currentTarget.addEventListener('pointerup', () => currentTarget.removeEventListener('pointermove', move), { once: true });
}
