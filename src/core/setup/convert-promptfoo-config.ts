/**
 * A promptfoo config → Goldset's own files beside it: the texts of its prompts, entries of goldset.yaml that make them prompts (one for
 * each prompt and provider), and golden sets. The config stays as it is, and what cannot be converted is named at its line.
 */
import { stringify } from 'yaml';
import { withPromptEntry } from '../config/edit-goldset-yaml.ts';
import type { Diagnostic } from '../problems/diagnostics.ts';
import { isResolvable, LITERAL, withLiterals } from '../golden/literal.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { folderOfPath, joinPath } from '../files/slash-path.ts';
import type { PromptColumn, PromptDocument, TextMessage } from '../prompt/document.ts';
import { placeOfPrompt } from '../prompt/formats/prompt-name.ts';
import { OTHER_SERVER } from '../prompt/promptfoo/providers.ts';
import type { LoadedPromptfoo } from '../prompt/promptfoo/case-files-of.ts';

export interface ConvertedConfig {
  /** New files, by their paths from the root. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** goldset.yaml with the entries. */
  readonly settings: string;
  /** The keys of the new entries. */
  readonly prompts: readonly string[];
  /** What is not in the new files, with its place. */
  readonly left: readonly Diagnostic[];
}

/**
 * `settings`: the text of goldset.yaml; empty without such a file. `isTaken`: whether a file is there, which is never replaced.
 * @throws {ConfigurationError} when goldset.yaml is no YAML mapping.
 */
export function convertConfig(config: LoadedPromptfoo, settings: string, isTaken: (path: string) => boolean): ConvertedConfig {
  return new Converter(config, settings, isTaken).convert();
}

type Column = Pick<PromptColumn, 'label' | 'parameters' | 'tools' | 'output' | 'without' | 'problem' | 'transform'> & {
  readonly model: PromptDocument['model'];
};

/** Providers of promptfoo that run a program or send to an address. */
const PROGRAM = /^(?:exec|python|ruby|golang|file|package|mcp|browser|webhook|websocket|https?|wss?)(?::|$)/;

class Converter {
  private readonly files = new Map<string, string>();
  private readonly left: Diagnostic[] = [];
  private readonly keys: string[] = [];

  constructor(
    private readonly config: LoadedPromptfoo,
    private settings: string,
    private readonly isTaken: (path: string) => boolean,
  ) {}

  convert(): ConvertedConfig {
    const { diagnostics, caseDiagnostics, documents } = this.config;
    this.left.push(...[...diagnostics, ...caseDiagnostics].filter(({ severity }) => severity !== 'info'));
    for (const document of documents) if (!this.config.problems.has(document.path)) this.prompt(document);
    return { files: [...this.files].map(([path, text]) => ({ path, text })), settings: this.settings, prompts: this.keys, left: this.left };
  }

  private prompt(document: PromptDocument): void {
    const { file, name } = placeOfPrompt(document.path);
    const { template } = document;
    if (name === null) return;
    const range = this.config.places.get(document.path) ?? null;
    if (template.kind !== 'text')
      return this.refuse(
        document,
        'A prompt that a function makes is not converted: `build` in goldset.yaml names Goldset’s own kind of function.',
        range,
      );
    if (document.embedded.cases.some(({ earlier, stores }) => earlier !== undefined || stores !== undefined))
      return this.refuse(document, 'A golden set cannot hold cases that need earlier answers, so this prompt is not converted.', range);
    const stem = `${folderOfPath(file) === '' ? '' : `${folderOfPath(file)}/`}${slug(name)}`;
    const other = template.messages.find(({ role }) => !['system', 'user', 'model'].includes(role));
    if (other !== undefined) return this.refuse(document, `A message with the role ${other.role} has no place in goldset.yaml.`, range);
    const messages = template.messages.map((message, i) => ({
      role: message.role === 'model' ? 'assistant' : message.role,
      file: this.add(template.messages.length === 1 ? stem : `${stem}.${i + 1}-${message.role}`, '.j2', textOfMessage(message)),
    }));
    const all: readonly Column[] = document.columns ?? [{ ...document, label: null, without: [] }];
    const columns = all.filter((column) => this.isKept(document, column));
    const sets = new Map<string, string>();
    for (const column of columns) {
      const key = this.key(columns.length === 1 ? stem : `${stem}-${slug(column.label ?? column.model?.id ?? 'model')}`);
      const golden = this.goldenOf(document, column, sets, stem, key);
      this.settings = withPromptEntry(this.settings, key, {
        messages,
        syntax: 'nunjucks',
        ...(column.model === null ? {} : { model: modelFrom(folderOfPath(file), column.model.id) }),
        ...(Object.keys(column.parameters).length === 0 ? {} : { parameters: column.parameters as JsonObject }),
        ...outputOf(column),
        ...(golden === null ? {} : { golden }),
      });
      this.keys.push(key);
    }
  }

  /** The path of the column's golden set; columns with the same cases share one. Null: it has no cases. */
  private goldenOf(document: PromptDocument, column: Column, sets: Map<string, string>, stem: string, key: string): string | null {
    const cases = document.embedded.cases.filter(({ id, unsupported }) => unsupported === null && !column.without.includes(id));
    const entries = cases.flatMap(({ id }) => {
      const entry = this.config.entries.get(id);
      return entry === undefined ? [] : [goldenEntry(id, entry)];
    });
    if (entries.length === 0) return null;
    const text = stringify(entries, { lineWidth: 0, aliasDuplicateObjects: false });
    const known = sets.get(text);
    if (known !== undefined) return known;
    // `NAME.golden.yaml` would be the golden set of the config's own prompt too.
    const path = this.add(`${sets.size === 0 ? stem : key}-cases`, '.golden.yaml', text);
    sets.set(text, path);
    return path;
  }

  private isKept(document: PromptDocument, { model, tools, output, problem, transform }: Column): boolean {
    const range = model?.range ?? null;
    // What is said about such a column is among the diagnostics.
    if (problem !== undefined) return false;
    if (model !== null && PROGRAM.test(model.id)) {
      this.refuse(
        document,
        `${model.id} is a program or an address, no model, so it is not converted: goldset.yaml declares it as a pipeline or under \`providers:\`.`,
        range,
      );
      return false;
    }
    if (model?.id.startsWith(OTHER_SERVER) === true) {
      this.refuse(
        document,
        `${model.id.slice(OTHER_SERVER.length)} with a server of its own is not converted: goldset.yaml declares servers under \`providers:\`.`,
        range,
      );
      return false;
    }
    if (transform !== undefined) {
      this.refuse(
        document,
        `The \`transform\` of ${model?.id ?? 'this provider'} has no place in goldset.yaml, so it is not converted.`,
        range,
      );
      return false;
    }
    if (tools.length > 0) {
      this.refuse(document, `The tools of ${model?.id ?? 'this provider'} have no place in goldset.yaml, so it is not converted.`, range);
      return false;
    }
    if (output.strict || output.name !== null)
      this.refuse(
        document,
        `The name and the strict mode of the schema of ${model?.id ?? 'this provider'} are not in goldset.yaml.`,
        range,
        'warning',
      );
    return true;
  }

  private refuse({ path }: PromptDocument, message: string, range: Diagnostic['range'], severity: Diagnostic['severity'] = 'error'): void {
    const { file } = placeOfPrompt(path);
    if (this.left.some((item) => item.message === message && item.range?.start === range?.start)) return;
    this.left.push({ code: 'promptfoo/not-converted', severity, message, path: file, range });
  }

  /** A name that no file has. */
  private add(stem: string, ending: string, text: string): string {
    for (let i = 1; ; i++) {
      const path = `${stem}${i === 1 ? '' : `-${i}`}${ending}`;
      if (this.isTaken(path) || this.files.has(path)) continue;
      this.files.set(path, text);
      return path;
    }
  }

  /** A name of a prompt that goldset.yaml does not have yet. */
  private key(stem: string): string {
    const isThere = (key: string): boolean =>
      this.keys.includes(key) || new RegExp(`^\\s+["']?${key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?:`, 'm').test(this.settings);
    for (let i = 1; ; i++) {
      const key = `${stem}${i === 1 ? '' : `-${i}`}`;
      if (!isThere(key)) return key;
    }
  }
}

/** promptfoo sends a text with a value that is no template as it stands. */
const textOfMessage = ({ source, syntax }: TextMessage): string => (syntax === 'none' ? `{% raw %}${source}{% endraw %}` : source);

const outputOf = ({ output: { format, schema } }: Column): JsonObject =>
  format === null && schema === null ? {} : { output: { ...(format === null ? {} : { format }), ...(schema === null ? {} : { schema }) } };

/** A scripted model's file is relative to the config there, and to goldset.yaml here. */
const modelFrom = (folder: string, id: string): string =>
  /^scripted:\.{1,2}\//.test(id) ? `scripted:./${joinPath(folder, id.slice('scripted:'.length))}` : id;

const slug = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80) || 'prompt';

/** The case with its id. Only what could be read as something else is marked as literal, and a list stays one value. */
function goldenEntry(id: string, entry: JsonObject): JsonObject {
  const { id: _id, options, ...rest } = entry;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, plainValue(value)]));
  const kept: JsonObject = isJsonObject(options) ? { ...(plainValue(options) as JsonObject) } : {};
  const vars = isJsonObject(plain['vars']) ? plain['vars'] : {};
  if (Object.values(vars).some((value) => Array.isArray(value))) kept['disableVarExpansion'] = true;
  return { id, ...plain, ...(Object.keys(kept).length === 0 ? {} : { options: kept }) };
}

function plainValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === LITERAL) return withLiterals(value[LITERAL] ?? null, isResolvable);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}
