/** JSON that can be folded, and the same as text for a cell, where there is room for two levels. */
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

/** Members that are shown of one list or object. */
const MAX_MEMBERS = 200;
const OPEN_LEVELS = 2;
/** Deeper than that it is one line of text. */
const MAX_DEPTH = 40;

export function JsonTree({ value, name, depth = 0 }: { readonly value: JsonValue; readonly name?: string; readonly depth?: number }) {
  const members = membersOf(value);
  const label = name === undefined ? null : <span class="json-key">{visibleControls(name)}: </span>;
  if (members === null || members.length === 0 || depth >= MAX_DEPTH)
    return (
      <div class="json-leaf">
        {label}
        <span>{shown(value)}</span>
      </div>
    );
  return (
    <details class="json-node" open={depth < OPEN_LEVELS}>
      <summary>
        {label}
        <span class="quiet">{sizeOf(value, members.length)}</span>
      </summary>
      <div class="json-members">
        {members.slice(0, MAX_MEMBERS).map(([key, member]) => (
          <JsonTree key={key} name={key} value={member} depth={depth + 1} />
        ))}
        {members.length > MAX_MEMBERS && <div class="quiet">… {members.length - MAX_MEMBERS} more</div>}
      </div>
    </details>
  );
}

/** Two levels, the rest folded: `{…3}`. */
export function foldedJson(value: JsonValue, depth = 0): string {
  const members = membersOf(value);
  if (members === null || members.length === 0) return shown(value);
  if (depth >= OPEN_LEVELS) return sizeOf(value, members.length);
  const indent = '  '.repeat(depth + 1);
  const lines = members
    .slice(0, 40)
    .map(([key, member]) => `${indent}${Array.isArray(value) ? '' : `${shown(key)}: `}${foldedJson(member, depth + 1)}`);
  const rest = members.length > 40 ? `\n${indent}… ${members.length - 40} more` : '';
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}${rest}\n${'  '.repeat(depth)}${close}`;
}

/** An escape such as `\\u202e` is the character itself by now. */
const shown = (value: JsonValue): string => visibleControls(JSON.stringify(value));

const sizeOf = (value: JsonValue, count: number): string => (Array.isArray(value) ? `[…${count}]` : `{…${count}}`);

function membersOf(value: JsonValue): [string, JsonValue][] | null {
  if (Array.isArray(value)) return value.map((item, i) => [String(i), item]);
  return isJsonObject(value) ? Object.entries(value) : null;
}
