/**
 * What had the focus in a page has it again when the window comes back to it. Chromium forgets it when another frame takes the focus, as the
 * palette does: a command would leave the keys of its own page without effect.
 */
export function keepFocus(): void {
  let last: Element | null = null;
  document.addEventListener('focusin', ({ target }) => {
    last = target instanceof Element ? target : null;
  });
  window.addEventListener('focus', () => {
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    // A page that was drawn while the focus was elsewhere has heard of none: its keys are those of its main part.
    const target = last?.isConnected === true ? last : document.querySelector('main[tabindex="-1"]');
    if (target instanceof HTMLElement || target instanceof SVGElement) target.focus({ preventScroll: true });
  });
}
