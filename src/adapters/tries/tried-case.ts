/** A try as a golden case that is to be written: what was typed, and what a person says is right. */
import type { CaseMessage } from '../../core/golden/case-messages.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import type { ToolMock } from '../../core/golden/tool-mocks.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { defaultGolden } from '../../core/prompt/formats/prompt-name.ts';
import { inputFields } from '../../core/try/input-fields.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { PickedFiles } from './picked-files.ts';

export interface TriedCaseInput {
  readonly id: string;
  /** As the golden set is now. */
  readonly loaded: LoadedPrompt;
  readonly root: string;
  readonly vars: JsonObject;
  /** What the person accepts or wrote; null: nothing is said to be right. */
  readonly expected: string | null;
  /** Undefined: the variables say all. */
  readonly messages: readonly CaseMessage[] | undefined;
  readonly tools: readonly ToolMock[];
  /** The interaction that the variables came from; null: a person typed them. */
  readonly interaction: string | null;
  readonly picked: PickedFiles;
}

/** A file from outside the workspace is copied beside the golden set. @throws {HumanError} when it cannot be. */
export function triedCaseToWrite({
  id,
  loaded,
  root,
  vars: given,
  expected,
  messages,
  tools,
  interaction,
  picked,
}: TriedCaseInput): NewCase {
  const { reading, partials, target } = loaded;
  const prompt = loaded.file.replace(/#.*$/s, '');
  const golden = loaded.goldenFile ?? defaultGolden(loaded.file);
  const vars: JsonObject = { ...given };
  const references: string[] = [];
  for (const { name, kind } of inputFields({ reading, partials, cases: target.cases })) {
    const value = kind === 'media' ? vars[name] : undefined;
    if (typeof value !== 'string' || value === '' || /^(https?|data):/i.test(value)) continue;
    vars[name] = `file://${picked.reference(value, root, prompt, golden)}`;
    references.push(name);
  }
  const isUnverified = expected === null || expected.trim() === '';
  return {
    id,
    description: null,
    vars,
    expected: isUnverified ? null : expectedValue(expected),
    ...(messages === undefined ? {} : { messages }),
    ...(tools.length === 0 ? {} : { tools }),
    // Nothing is said to be right: it is run and reported, and gates nothing.
    ...(isUnverified ? { status: 'unverified' as const } : {}),
    ...(Object.values(vars).some((value) => Array.isArray(value)) ? { expandLists: false as const } : {}),
    metadata: interaction === null ? {} : { source: { interaction } },
    references,
  };
}

/** JSON is data: the output must contain it. Anything else is text. */
function expectedValue(text: string): JsonValue {
  const value = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return value ?? text;
}
