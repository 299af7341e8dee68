/** The variables of a prompt, each with the control of its type. */
import type { ComponentChildren } from 'preact';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { PickedFile, TryField, TryInput } from '../../protocol/try.ts';
import { FileField } from './file-field.tsx';

interface VariableFieldsProps {
  readonly fields: readonly TryField[];
  readonly values: TryInput['values'];
  /** By field. */
  readonly problems: ReadonlyMap<string, string>;
  /** Whether the fields that are still empty have their problems shown: a form that was just opened has no mistakes. */
  readonly isStrict: boolean;
  readonly onValue: (name: string, text: string) => void;
  readonly onPick: (name: string) => Promise<PickedFile | null>;
  readonly onDrop: (name: string, file: File) => Promise<PickedFile>;
}

export function VariableFields({ fields, values, problems, isStrict, onValue, onPick, onDrop }: VariableFieldsProps) {
  if (fields.length === 0) return <p class="quiet">This prompt has no variables.</p>;
  return (
    <div class="try-fields">
      {fields.map((field, i) => {
        const id = `field-${i}`;
        const text = values[field.name] ?? '';
        const change = (next: string): void => onValue(field.name, next);
        const problem = isStrict || text !== '' ? (problems.get(field.name) ?? null) : null;
        return (
          <Framed key={field.name} id={id} field={field} problem={problem}>
            {field.kind === 'media' ? (
              <FileField
                id={id}
                name={field.name}
                value={text}
                onValue={change}
                onPick={() => onPick(field.name)}
                onDrop={(file) => onDrop(field.name, file)}
              />
            ) : (
              <Control id={id} field={field} text={text} isWrong={problem !== null} onText={change} />
            )}
          </Framed>
        );
      })}
    </div>
  );
}

const Framed = ({
  id,
  field,
  problem,
  children,
}: {
  readonly id: string;
  readonly field: TryField;
  readonly problem: string | null;
  readonly children: ComponentChildren;
}) => (
  <div class={SHORT.has(field.kind) ? 'try-field' : 'try-field whole'}>
    {/* The button of a file has its own name, which a label would replace. */}
    {field.kind === 'media' ? (
      <div>
        <FieldName field={field} />
      </div>
    ) : (
      <label for={id}>
        <FieldName field={field} />
      </label>
    )}
    {children}
    <div id={`${id}-about`}>
      {field.description !== null && <div class="quiet">{visibleControls(field.description)}</div>}
      {problem !== null && <div class="error-text">{visibleControls(problem)}</div>}
    </div>
  </div>
);

const FieldName = ({ field: { name, kind, required } }: { readonly field: TryField }) => (
  <>
    <span class="field-name">{visibleControls(name)}</span>
    {required && (
      <>
        <span class="required" aria-hidden="true">
          *
        </span>
        <span class="hidden-text"> required</span>
      </>
    )}
    <span class="quiet"> {KINDS[kind]}</span>
  </>
);

/** Kinds whose controls share a row. */
const SHORT: ReadonlySet<TryField['kind']> = new Set(['number', 'boolean', 'choice']);

const KINDS: Readonly<Record<TryField['kind'], string>> = {
  text: '',
  number: 'number',
  boolean: 'true or false',
  choice: '',
  json: 'JSON',
  media: 'file',
};

interface ControlProps {
  readonly id: string;
  readonly field: TryField;
  readonly text: string;
  readonly isWrong: boolean;
  readonly onText: (text: string) => void;
}

function Control({ id, field, text, isWrong, onText }: ControlProps) {
  const about = { id, 'aria-describedby': `${id}-about`, 'aria-invalid': isWrong, 'aria-required': field.required };
  if (field.kind === 'boolean' || field.kind === 'choice') {
    const known = field.kind === 'boolean' ? ['true', 'false'] : field.choices;
    // A value that is no choice is shown, so that it is seen and not lost.
    const choices = text === '' || known.includes(text) ? known : [...known, text];
    return (
      <select {...about} value={text} onChange={({ currentTarget }) => onText(currentTarget.value)}>
        <option value="">(not set)</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {visibleControls(choice)}
          </option>
        ))}
      </select>
    );
  }
  if (field.kind === 'number')
    return <input {...about} type="text" inputMode="decimal" value={text} onInput={({ currentTarget }) => onText(currentTarget.value)} />;
  return (
    <textarea
      {...about}
      rows={field.kind === 'json' ? 3 : 1}
      spellcheck={field.kind === 'text'}
      value={text}
      onInput={({ currentTarget }) => onText(currentTarget.value)}
    />
  );
}
