/** A golden case that is to be written. Its texts are values: none of them names a file or is a template. */
import type { JsonObject, JsonValue } from '../../json/json.ts';
import { writtenMessages, type CaseMessage } from '../case-messages.ts';
import type { CaseKind, CaseStatus } from '../case.ts';
import { isResolvable, withLiterals } from '../literal.ts';
import type { ToolMock } from '../tool-mocks.ts';

/** A criterion of a new case; its texts stand for themselves. */
export interface NewAssertion {
  readonly type: string;
  readonly value: JsonValue;
}

export interface NewCase {
  readonly id: string;
  readonly description: string | null;
  readonly vars: JsonObject;
  readonly expected: JsonValue | null;
  /** What its output must satisfy besides; absent: nothing. */
  readonly assertions?: readonly NewAssertion[];
  /** Absent: it checks the prompt. */
  readonly kind?: CaseKind;
  /** Whether the version that failed in production fails the same assertion; absent: not tried. */
  readonly reproduces?: boolean;
  /** As in a golden case; absent: it has no conversation of its own. */
  readonly messages?: readonly CaseMessage[];
  /** What its tools answer; absent: nothing is known of them. */
  readonly tools?: readonly ToolMock[];
  readonly metadata: JsonObject;
  /** Cases that hang together; absent: it is alone. */
  readonly group?: string;
  /** Absent: active. */
  readonly status?: CaseStatus;
  /** Its lists are values, and make no cases of their own. */
  readonly expandLists?: false;
  /** Variables that the prompt sends as media: their texts are addresses, whatever they look like. */
  readonly mediaVariables?: readonly string[];
  /** Variables that a person wrote as references to files: these are written as they are. */
  readonly references?: readonly string[];
}

/**
 * The fields of a new case, in the order in which people read them. Text that could be read as something else than itself is written as a
 * literal, wherever it stands but in `expected`, which nothing resolves. `looksMarked`: texts that the format itself would read as a mark.
 */
export function caseFields(added: NewCase, looksMarked: IsMarked = () => false): JsonObject {
  const isMarked: IsMarked = (text) => isResolvable(text) || looksMarked(text);
  const {
    id,
    description,
    vars,
    expected,
    group,
    messages,
    tools = [],
    assertions = [],
    kind,
    reproduces,
    metadata,
    status,
    expandLists,
    mediaVariables = [],
    references = [],
  } = added;
  return {
    id,
    ...(description === null ? {} : { description: withLiterals(description, isMarked) }),
    vars: eachMarked(vars, (name) => (references.includes(name) ? () => false : mediaVariables.includes(name) ? () => true : isMarked)),
    ...(messages === undefined ? {} : { messages: writtenMessages(messages) }),
    ...(tools.length === 0 ? {} : { tools: tools.map(writtenMock) }),
    ...(expected === null ? {} : { expected: writtenExpected(expected, looksMarked) }),
    ...(assertions.length === 0 ? {} : { assert: assertions.map(({ type, value }) => ({ type, value: withLiterals(value, isMarked) })) }),
    ...(group === undefined ? {} : { group }),
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
    ...(reproduces === undefined ? {} : { reproduces }),
    ...(expandLists === undefined ? {} : { options: { disableVarExpansion: true } }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata: eachMarked(metadata, () => isMarked) }),
  };
}

/** What is expected stands for itself, so that only what looks like a mark is marked. */
export const writtenExpected = (expected: JsonValue, looksMarked: IsMarked = () => false): JsonValue => withLiterals(expected, looksMarked);

/** Results of tools stand for themselves wherever they are read. */
const writtenMock = ({ name, arguments: given, result }: ToolMock): JsonObject => ({
  name,
  ...(given === null ? {} : { arguments: given }),
  result: withLiterals(result, () => false),
});

type IsMarked = (text: string) => boolean;

/** Each value of a map whose keys are names. */
const eachMarked = (map: JsonObject, marks: (name: string) => IsMarked): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, withLiterals(value, marks(name))]));
