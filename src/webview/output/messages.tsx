/** Messages of a request: what a provider can cache is marked, and what came from a variable. */
import type { ShownMessage } from '../../protocol/detail.ts';
import { quantity } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

/** `most`: characters that are shown of each message; null: all of them. */
export const Messages = ({ messages, most = null }: { readonly messages: readonly ShownMessage[]; readonly most?: number | null }) => (
  <>
    {messages.map((message, i) => (
      <Message key={i} message={message} most={most} />
    ))}
  </>
);

function Message({ message: { role, pieces }, most }: { readonly message: ShownMessage; readonly most: number | null }) {
  const { shown, left } = most === null ? { shown: pieces, left: 0 } : cut(pieces, most);
  return (
    <div class="message">
      <div class="role">{visibleControls(role)}</div>
      <pre>
        {shown.map(({ text, isPrefix, variable }, p) => (
          <span
            key={p}
            class={`${isPrefix ? 'prefix' : ''}${variable === null ? '' : ' value'}`}
            title={variable === null ? undefined : `{{${variable}}}`}
          >
            {visibleControls(text)}
          </span>
        ))}
      </pre>
      {left > 0 && <span class="quiet">… {quantity(left, 'more character')}, sent but not shown here.</span>}
    </div>
  );
}

/** The first `most` characters, and how many more there are. */
function cut(pieces: ShownMessage['pieces'], most: number): { shown: ShownMessage['pieces']; left: number } {
  const shown: ShownMessage['pieces'][number][] = [];
  let left = 0;
  let room = most;
  for (const piece of pieces) {
    const text = piece.text.slice(0, room);
    if (text !== '' || piece.text === '') shown.push({ ...piece, text });
    room -= text.length;
    left += piece.text.length - text.length;
  }
  return { shown, left };
}
