/** A variable that is a file: chosen, dropped or pasted. Its bytes go to the extension, which says what it is. */
import { useState } from 'preact/hooks';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { PickedFile } from '../../protocol/try.ts';
import { Icon } from '../controls/icon.tsx';

interface FileFieldProps {
  /** Of its button. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly onPick: () => Promise<PickedFile | null>;
  readonly onDrop: (file: File) => Promise<PickedFile>;
}

export function FileField({ id, name, value, onValue, onPick, onDrop }: FileFieldProps) {
  const [file, setFile] = useState<PickedFile | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const known = file?.value === value ? file : null;
  const hold = (work: Promise<PickedFile | null>): void =>
    void work.then(
      (picked) => {
        setFault(null);
        if (picked === null) return;
        setFile(picked);
        onValue(picked.value);
      },
      (error: unknown) => setFault(error instanceof Error ? error.message : String(error)),
    );
  /** One file: a field is one. */
  const take = (files: FileList | undefined): boolean => {
    const [first] = files ?? [];
    if (first === undefined) return false;
    hold(onDrop(first));
    return true;
  };
  return (
    <div
      class={isOver ? 'file-field over' : 'file-field'}
      role="group"
      aria-label={name}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        if (!take(event.dataTransfer?.files)) setFault('This is not a file of this computer. Choose it with the button instead.');
      }}
      onPaste={(event) => {
        if (take(event.clipboardData?.files)) event.preventDefault();
      }}
    >
      <button type="button" class="secondary" id={id} aria-describedby={`${id}-about ${id}-file`} onClick={() => hold(onPick())}>
        <Icon name="file" /> Choose File…
      </button>
      <span id={`${id}-file`} class={value === '' ? 'quiet file-facts' : 'file-facts'}>
        {value === '' ? 'or drop one here (hold Shift), or paste an image; at most 20 MB' : factsOf(value, known)}
      </span>
      {value !== '' && (
        <button
          type="button"
          class="icon-button"
          aria-label={`Remove the file of ${name}`}
          title="Remove"
          onClick={() => {
            setFault(null);
            onValue('');
          }}
        >
          <Icon name="close" />
        </button>
      )}
      {fault !== null && (
        <div class="error-text" role="alert">
          {visibleControls(fault)}
        </div>
      )}
    </div>
  );
}

/** Name, type and size; of a file that an earlier window chose, its path. */
const factsOf = (value: string, file: PickedFile | null): string =>
  file === null ? visibleControls(value) : `${visibleControls(file.name)} · ${visibleControls(file.type)} · ${sizeText(file.bytes)}`;

const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
