/** One prompt as read from its file, whatever its format. Plain data: it crosses threads as it is. */
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import type { GoldenCase } from '../golden/case.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import type { ToolDefinition } from '../tool.ts';
import type { Severity } from '../problems/diagnostics.ts';
import type { ExternalUse } from './external.ts';

/** The formats that have a reader. */
export type PromptFormat = 'dotprompt' | 'prompt-yml' | 'text' | 'code' | 'promptfoo' | 'prompty' | 'prompt-md' | 'messages' | 'baml';

export interface PromptDocument {
  readonly path: string;
  readonly format: PromptFormat;
  readonly name: string;
  readonly variant: string | null;
  /** `_name.prompt`: part of other prompts, never run by itself. */
  readonly isPartial: boolean;
  readonly description: string | null;
  /** As written: `provider:model`, `provider/model` or a bare id. */
  readonly model: {
    readonly id: string;
    readonly range: TextRange;
    /** It is in goldset.yaml, not in the prompt's file. */
    readonly inSettings?: true;
  } | null;
  readonly parameters: Parameters;
  readonly template: Template;
  readonly input: InputSpec;
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  /** Cases and checks that the format itself carries (`testData`, `evaluators`). */
  readonly embedded: { readonly cases: readonly GoldenCase[]; readonly assertions: readonly AssertionSpec[] };
  readonly settings: GoldsetSettings;
  /** The front matter as a template sees it under `@metadata.prompt`. */
  readonly metadata: JsonObject;
  /** What it uses and only the application's code defines; absent: nothing. */
  readonly external?: readonly ExternalUse[];
  /** Why its text is not what it seems to be to this reader; absent: it is. */
  readonly unread?: Unread | null;
  /** The models that its format sends it to, each with its own settings; the first is that of the document. Absent: only `model`. */
  readonly columns?: readonly PromptColumn[];
  /** Functions that make cases of it and were not called yet; absent: none. */
  readonly pendingTests?: readonly TestGenerator[];
  /** How often its format sends each case; absent: it does not say. */
  readonly repeats?: number;
  /** How many requests its format sends at once at most; absent: it does not say. */
  readonly concurrency?: number;
}

/** One model of several that a format names for a prompt. */
export interface PromptColumn {
  readonly label: string | null;
  readonly model: NonNullable<PromptDocument['model']>;
  readonly parameters: Parameters;
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  /** Ids of the cases that it is not sent. */
  readonly without: readonly string[];
  /** Code that makes of each of its outputs what is graded; a file is named from the root. Absent: none. */
  readonly transform?: string;
  /** Why its outputs cannot be judged: each of its cases is an error. Absent: they can. */
  readonly problem?: string;
}

/** A text of another language or tool, recognised by its content. */
export interface Unread {
  readonly message: string;
  readonly hint: string | null;
  readonly range: TextRange;
  /** It cannot be sent at all; false: its placeholders are sent as they stand. */
  readonly isUnusable: boolean;
  /** `info`: the file belongs to another tool, so there is nothing to mend here. */
  readonly severity: Severity;
}

export interface SegmentSource {
  /** Of the file: the prompt's own, or a partial's. */
  readonly path: string;
  readonly range: TextRange;
}

/** Provider-neutral sampling parameters; what is not known here is passed on as written. */
export interface Parameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly [key: string]: JsonValue | readonly string[] | undefined;
}

export type Template =
  | { readonly kind: 'handlebars'; readonly source: string; /** of `source` in the file */ readonly offset: number }
  | { readonly kind: 'messages'; readonly messages: readonly MessageTemplate[] }
  | {
      readonly kind: 'text';
      readonly syntax: SyntaxName;
      readonly messages: readonly TextMessage[];
      /** The variable that holds a conversation, which comes before the last user message, or where its mark is. */
      readonly history?: string;
      /** Absent: each message is one text of its own. */
      readonly marks?: TextMarks;
    }
  | { readonly kind: 'parts'; readonly messages: readonly PartsMessage[] }
  | {
      readonly kind: 'built';
      readonly build: BuildFunction;
      /** SHA-256 of the function's file and of all that it imports from the workspace. */
      readonly content: string;
      /** What it returned for the first case, which is that of the candidate; absent: it was not called yet. */
      readonly first?: { readonly model: string | null; readonly parameters: Parameters };
    };

/** A function of the user's program that returns the messages of a case. */
export interface BuildFunction {
  readonly language: 'javascript' | 'python';
  /** Relative to goldset.yaml. */
  readonly file: string;
  /** Null: the default export, or a function named `build`. */
  readonly name: string | null;
  /** It is called as promptfoo calls it, and its text is rendered then; `config`: of the prompt. Absent: it is Goldset's own contract. */
  readonly promptfoo?: { readonly config: JsonObject };
}

/** A function of a promptfoo config that makes tests. */
export interface TestGenerator {
  readonly build: BuildFunction;
  /** Its argument; null: it gets none. */
  readonly config: JsonValue;
  /** The name of a file with what it returned, from the root. No file of a workspace is named so. */
  readonly made: string;
}

/** The template languages of plain text. */
export const SYNTAXES = ['mustache', 'jinja', 'nunjucks', 'handlebars', 'python', 'dollar', 'percent', 'none'] as const;
export type SyntaxName = (typeof SYNTAXES)[number];

/** One message of a prompt in plain text. */
export interface TextMessage {
  readonly role: string;
  readonly source: string;
  /** The file that contains `source`, from the root of the workspace. */
  readonly file: string;
  /** Of `source` in the file. */
  readonly offset: number;
  /** Where its parts stand, in order, if it is not in the file as it is: it is a text of YAML. Absent: it is. */
  readonly pieces?: readonly WrittenPiece[];
  /** Absent: that of the template. */
  readonly syntax?: SyntaxName;
}

/** What begins at `from` of a text stands at `at` of its file, up to the next piece. */
export interface WrittenPiece {
  readonly from: number;
  readonly at: number;
  /** It is not in the file as it is: all of it stands at `at`. */
  readonly isWhole?: boolean;
}

/**
 * Structure that the text of a template has, found by its place in the template and never in what is rendered: no value can forge it.
 * `messages` of such a template is one text, which the roles part into messages.
 */
export interface TextMarks {
  readonly places: readonly TextMark[];
  /** The role of text before the first mark of a role. */
  readonly firstRole: string;
  /** Variables that are addresses of media where the text prints them. */
  readonly media: readonly string[];
  /** Whether `![text](address)` of the template is an image. */
  readonly hasMarkdownImages: boolean;
  /** What is cut at both ends of a message: empty lines, or all white space. */
  readonly trims: 'lines' | 'space';
}

/** Text of the template that begins a message instead of being sent. `range` is of the file; of `source`, where a message has pieces. */
export interface TextMark {
  readonly range: TextRange;
  readonly role: string;
}

/** One message of a prompt in code, its expressions resolved as far as they can be. */
export interface PartsMessage {
  readonly role: string;
  readonly parts: readonly TemplatePart[];
  /** The whole of it in its file. */
  readonly source: SegmentSource;
}

/** Static text, or a variable with how its language prints a value. `source` may be in another file than the prompt. */
export type TemplatePart =
  | { readonly text: string; readonly source: SegmentSource }
  | { readonly variable: string; readonly print: PrintRule; readonly format: string | null; readonly source: SegmentSource };

/** `text`: a string as it is, else JSON; `javascript`: `String(value)`; `python`: `format(value, FORMAT)`; see format-like-code.ts. */
export type PrintRule = 'text' | 'javascript' | 'python';

/** One message of a format that lists them; `{{key}}` is all its text can do. */
export interface MessageTemplate {
  readonly role: string;
  readonly content: string;
  /** The scalar in the file. */
  readonly range: TextRange;
  readonly placeholders: readonly { readonly name: string; readonly at: number; readonly length: number; readonly range: TextRange }[];
}

export interface InputSpec {
  readonly defaults: JsonObject;
  readonly schema: JsonObject | null;
  /** Where each declared variable stands. */
  readonly declared: readonly { readonly name: string; readonly range: TextRange }[];
}

export interface OutputSpec {
  readonly format: 'json' | 'text' | null;
  readonly name: string | null;
  readonly schema: JsonObject | null;
  /** The API's strict mode, where the prompt asks for it. */
  readonly strict: boolean;
}

export interface GoldsetSettings {
  readonly golden: { readonly path: string; readonly range: TextRange } | null;
  readonly budget: Budget | null;
  /** What grades instead of evaluators of the file: by the name or the kind of the evaluator. Absent: nothing is replaced. */
  readonly evaluators?: ReadonlyMap<string, readonly AssertionSpec[]>;
}

/** Limits a prompt declares: ms to first token, USD per call, output tokens per call. */
export interface Budget {
  readonly interaction: 'autocomplete' | 'chat' | 'background' | null;
  readonly ttftMs: number | null;
  readonly costUsd: number | null;
  readonly outputTokens: number | null;
}

/** A partial's file, found by the name that a template uses. */
export interface PartialSource {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}
