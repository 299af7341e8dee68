/** The messages that the values give, made again while a person types. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { count, quantity, usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { RenderedTry } from '../../protocol/try.ts';
import { Messages } from '../output/messages.tsx';

/** Characters that are drawn of each message: more would make typing slow, and cannot be read at once. */
const MOST = 20_000;

/** `edited`: the variable that was typed in last, whose text stays in view; null: none was. */
export function RenderedMessages({ rendered, edited }: { readonly rendered: RenderedTry | null; readonly edited: string | null }) {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (edited !== null && region.current !== null) reveal(region.current, edited);
  }, [rendered, edited]);
  // What is the same is not compared piece by piece after each key.
  const messages = useMemo(() => (rendered === null ? null : <Messages messages={rendered.messages} most={MOST} />), [rendered]);
  const general = (rendered?.problems ?? []).filter(({ field }) => field === null);
  const isMarked = rendered?.messages.some(({ pieces }) => pieces.some(({ isPrefix }) => isPrefix)) === true;
  return (
    <div class="try-messages request" tabIndex={0} role="region" aria-label="Rendered messages" ref={region}>
      {rendered === null && <p class="quiet">Rendering…</p>}
      {general.map(({ message }) => (
        <p class="error-text" key={message}>
          {visibleControls(message)}
        </p>
      ))}
      {isMarked && (
        <p class="quiet">
          <span class="prefix-sample">Marked</span>: the same in every call, so a provider can cache it.
        </p>
      )}
      {messages}
    </div>
  );
}

/** Scrolls the messages, and nothing around them, to the end of the first place that has this variable. */
function reveal(region: HTMLElement, variable: string): void {
  const isOf = ({ title }: HTMLElement): boolean => title === `{{${variable}}}` || title.startsWith(`{{${variable}.`);
  const place = [...region.querySelectorAll<HTMLElement>('.value')].find(isOf)?.getBoundingClientRect();
  if (place === undefined) return;
  const { top, bottom } = region.getBoundingClientRect();
  if (place.bottom > bottom) region.scrollTop += place.bottom - bottom + 8;
  else if (place.bottom < top + 20) region.scrollTop -= top + 20 - place.bottom;
}

/** Tokens, what a provider can cache of them, and their cost; empty: nothing is known. */
export function inputText({ tokens, inputCostUsd }: RenderedTry): string {
  if (tokens === null) return '';
  const { input, cacheable, minimum, basis } = tokens;
  const about = basis === 'estimated' ? '~' : '';
  const isTooShort = minimum !== null && cacheable < minimum;
  const needs = isTooShort ? ` (needs ${count(minimum)})` : '';
  return [
    `${about}${quantity(input, 'token')} in`,
    cacheable === 0 ? null : `${about}${count(cacheable)} cacheable${needs}`,
    inputCostUsd === null ? null : usd(inputCostUsd),
  ]
    .filter((part) => part !== null)
    .join(' · ');
}
