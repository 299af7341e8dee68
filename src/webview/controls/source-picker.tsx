/** Where production data is read: the files in the folder, or a source of goldset.yaml. Not shown where there is no source. */

export const FILES = 'Files in This Folder';

interface SourcePickerProps {
  /** Null: the files. */
  readonly source: string | null;
  readonly sources: readonly string[];
  readonly onSource: (source: string | null) => void;
}

export const SourcePicker = ({ source, sources, onSource }: SourcePickerProps) =>
  sources.length === 0 ? null : (
    <label>
      Source{' '}
      <select value={source ?? ''} onChange={({ currentTarget }) => onSource(currentTarget.value === '' ? null : currentTarget.value)}>
        <option value="">{FILES}</option>
        {sources.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
