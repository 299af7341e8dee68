/** Tools that the model called: a person says what each returned, and the conversation goes on. */
import { useState } from 'preact/hooks';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { ShownToolCall } from '../../protocol/detail.ts';

interface ToolResultsProps {
  readonly calls: readonly ShownToolCall[];
  readonly isBusy: boolean;
  readonly onDone: (results: readonly string[]) => void;
}

export function ToolResults({ calls, isBusy, onDone }: ToolResultsProps) {
  const [results, setResults] = useState<readonly string[]>(calls.map(() => ''));
  const done = (): void => {
    if (!isBusy) onDone(results);
  };
  return (
    <form
      class="decide"
      aria-label="Results of the tools"
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      {calls.map(({ name, arguments: text }, i) => (
        <label key={i}>
          <span class="tool">{visibleControls(name)}</span> <code>{visibleControls(text)}</code>
          <span class="quiet"> returned</span>
          <textarea
            rows={1}
            value={results[i]}
            placeholder="Text or JSON"
            aria-label={`Result of ${name}`}
            onInput={({ currentTarget: { value } }) => setResults((known) => known.map((result, n) => (n === i ? value : result)))}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              event.stopPropagation();
              done();
            }}
          />
        </label>
      ))}
      <div class="form-actions">
        <button type="submit" disabled={isBusy} title="Ctrl+Enter">
          {calls.length === 1 ? 'Send Result' : 'Send Results'}
        </button>
      </div>
    </form>
  );
}
