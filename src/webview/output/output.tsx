/** An output in a cell or in the side pane. Whatever the model wrote, it is text, or elements that we make of it. */
import { useErrorBoundary } from 'preact/hooks';
import { parseJson } from '../../core/json/json.ts';
import type { OutputFormat, ShownToolCall } from '../../protocol/detail.ts';
import { foldedJson, JsonTree } from './json-tree.tsx';
import { Markdown } from './markdown.tsx';
import { visibleControls } from '../../core/display/visible-controls.ts';

interface OutputProps {
  readonly output: string;
  readonly format: OutputFormat;
  /** In a cell there is no room to fold, and while rows fly by no time to format. */
  readonly place: 'cell' | 'scrolling' | 'pane';
}

export function Output({ output, format, place }: OutputProps) {
  const text = visibleControls(output);
  // What cannot be formatted is still text.
  const problem: unknown = useErrorBoundary()[0];
  if (place === 'scrolling' || format === 'text' || problem !== undefined) return <pre class="output">{text}</pre>;
  if (format === 'markdown')
    return (
      <div class="output">
        <Markdown text={text} />
      </div>
    );
  const value = parseJson(text);
  if (value === undefined) return <pre class="output">{text}</pre>;
  if (place === 'cell') return <pre class="output">{foldedJson(value)}</pre>;
  return (
    <div class="output json">
      <JsonTree value={value} />
    </div>
  );
}

export function ToolCalls({ calls }: { readonly calls: readonly ShownToolCall[] }) {
  if (calls.length === 0) return null;
  return (
    <ul class="tool-calls" aria-label="Tool calls">
      {calls.map((call, i) => (
        <li key={i}>
          <span class="tool">{visibleControls(call.name)}</span>
          <code>{visibleControls(call.arguments)}</code>
        </li>
      ))}
    </ul>
  );
}
