/** What can be done with the prompt: send, stop, add a model, look back. One row; what is rare is in the menu. */
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { TryLane, TryModelGroup, TryPrompt } from '../../protocol/try.ts';
import { Icon } from '../controls/icon.tsx';
import { MenuButton } from '../controls/menu.tsx';
import { MAX_LANES } from './lanes.ts';
import { ModelPicker } from './model-picker.tsx';

interface TryToolbarProps {
  readonly prompt: TryPrompt;
  readonly canSend: boolean;
  readonly isRunning: boolean;
  readonly hasHistory: boolean;
  /** Null: there are no two answers. */
  readonly differences: boolean | null;
  readonly groups: readonly TryModelGroup[];
  readonly lanes: readonly TryLane[];
  readonly useCache: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly onAdd: (model: string) => void;
  readonly onHistory: () => void;
  readonly onDifferences: () => void;
  readonly onCache: () => void;
  readonly onOpenPrompt: () => void;
}

export function TryToolbar(props: TryToolbarProps) {
  const { prompt, canSend, isRunning, lanes, differences } = props;
  return (
    <header class="toolbar try-toolbar">
      <h1 title={`${prompt.name} · version ${prompt.version}`}>
        {visibleControls(prompt.name.split('/').at(-1) ?? prompt.name)} <span class="quiet">{prompt.version}</span>
      </h1>
      <div class="try-actions">
        {isRunning ? (
          <button type="button" class="secondary" onClick={props.onStop}>
            <Icon name="stop" /> Stop
          </button>
        ) : (
          <button type="button" disabled={!canSend} title="Send (Ctrl+Enter)" onClick={props.onSend}>
            <Icon name="send" /> Send
          </button>
        )}
        <ModelPicker
          label={lanes.length >= MAX_LANES ? 'At most four models side by side' : 'Add a model'}
          groups={props.groups}
          disabled={isRunning || lanes.length >= MAX_LANES}
          onChoose={props.onAdd}
        >
          <Icon name="add" /> <span class="wide-label">Model</span>
        </ModelPicker>
        {differences !== null && (
          <button
            type="button"
            class="quiet-button"
            aria-pressed={differences}
            title="Show how the other answers differ from the first"
            onClick={props.onDifferences}
          >
            <Icon name="diff" /> <span class="wide-label">Differences</span>
          </button>
        )}
        <button type="button" class="quiet-button" aria-pressed={props.hasHistory} onClick={props.onHistory}>
          <Icon name="history" /> <span class="wide-label">History</span>
        </button>
        <MenuButton
          label="More"
          icon="more"
          items={[
            { label: 'Answer from Cache When Sent Before', checked: props.useCache, run: props.onCache },
            { label: 'Open Prompt', separated: true, run: props.onOpenPrompt },
          ]}
        />
      </div>
    </header>
  );
}
