/** What went wrong as one sentence, with the button that does what it says. */
import type { TryAction, TryProblem } from '../../protocol/try.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { Icon } from '../controls/icon.tsx';

const LABELS: Readonly<Record<TryAction, string>> = {
  'manage-keys': 'Manage API Keys',
  'choose-model': 'Choose Model…',
  'manage-trust': 'Manage Workspace Trust',
  'open-settings': 'Open goldset.yaml',
  'show-log': 'Show Log',
  'open-prompt': 'Open Prompt',
  'use-folder': 'Use This Folder…',
};

export const Problem = ({ problem, onAct }: { readonly problem: TryProblem; readonly onAct: (action: TryAction) => void }) => {
  const { message, hint, action } = problem;
  return (
    <div class="try-problem" role="alert">
      <span class="badge error">
        <Icon name="error" />
        <span class="hidden-text">Problem:</span>
      </span>{' '}
      {visibleControls(message)}
      {hint !== null && <span class="quiet"> {visibleControls(hint)}</span>}
      {action !== null && (
        <div>
          <button type="button" class="secondary" onClick={() => onAct(action)}>
            {LABELS[action]}
          </button>
        </div>
      )}
    </div>
  );
};
