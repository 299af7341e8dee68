/** Completion in YAML of ours, from its schema: keys with what they mean, values, models with their prices. It needs no other extension. */
import * as vscode from 'vscode';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { schemaKeys, schemaValues, type SchemaKey } from '../../core/json/schema-choices.ts';
import { loadedPrompt } from '../window/documents.ts';
import { isPrompt, whenKnown } from '../window/open-prompts.ts';
import type { Services } from '../window/services.ts';
import type { ModelCompletion } from './model-completion.ts';
import { parameterItems } from './parameter-completion.ts';
import type { YamlAt, YamlSchemas } from './yaml-schemas.ts';

const { CompletionItemKind: Kind } = vscode;

/** Where the name of a model is written. */
const MODELS = /(?:^|\.)(?:model|models|embeddings|provider|pricedAs|modelId)$/;
/** Below these keys the author chooses the keys, or a pattern is written. */
const FREE = /(?:^|\.)(?:vars|when|schema|default|inputSchema|testData|metadata|arguments|json)(?:\.|$)/;
/** Where a value of a golden set may be `{ literal: … }`: below a variable, what is expected, the value of an assertion, a description. */
const LITERALS = /(?:^|\.)(?:vars\.[^.]+|expected|value|description)(?:\.|$)/;
/** Where the keys are names of variables. */
const VARIABLES: Readonly<Partial<Record<YamlAt['name'], RegExp>>> = {
  golden: /^vars$/,
  'prompt-yml': /^testData$/,
  'front-matter': /^input\.default$/,
};

export class SchemaCompletion {
  constructor(
    private readonly services: Services,
    private readonly schemas: YamlSchemas,
    private readonly models: ModelCompletion,
  ) {}

  /** Null: no YAML of ours is there. */
  async items(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[] | null> {
    const at = this.schemas.at(document, position);
    if (at === null) return null;
    const { place, name, schema } = at;
    if (name === 'prompt-yml' && /\{\{[^{}]*$/.test(place.typed)) return this.variables(document, '');
    if (isPrompt(document)) {
      const offered = await parameterItems(document, position, this.services);
      if (offered !== null) return offered.filter(({ label }) => typeof label !== 'string' || !place.siblings.includes(label));
    }
    const trail = place.trail.join('.');
    const isModel = MODELS.test(place.valueOf === null ? trail : `${trail}.${place.valueOf}`) && !FREE.test(trail);
    if (isModel && !/\s/.test(place.typed)) return this.models.items(document, rangeOfTyped(position, place.typed));
    const values = schemaValues(schema, place.trail, place.valueOf).map(({ value, description }) => valueItem(value, description));
    if (place.valueOf !== null) return name === 'golden' && place.valueOf === 'type' ? [...values, ...opposites(values)] : values;
    const keys = schemaKeys(schema, place.trail)
      .filter(({ name: key }) => !place.siblings.includes(key))
      .map((key, i) => keyItem(key, i, place.isFlow));
    if (VARIABLES[name]?.test(trail) === true) return [...(await this.variablesFor(document, name)), ...keys];
    if (name === 'golden' && keys.length === 0 && LITERALS.test(trail)) return [keyItem(LITERAL, 0, place.isFlow)];
    return [...keys, ...values];
  }

  private async variablesFor(document: vscode.TextDocument, name: YamlAt['name']): Promise<vscode.CompletionItem[]> {
    if (name !== 'golden') return this.variables(document, ': ');
    const [prompt] = await this.services.engine().promptsOfGolden(document.uri.fsPath);
    if (prompt === undefined) return [];
    const opened = await vscode.workspace.openTextDocument(fileOfPrompt(prompt));
    await whenKnown(opened);
    return isPrompt(opened) ? this.variables(opened, ': ') : [];
  }

  private async variables(prompt: vscode.TextDocument, after: string): Promise<vscode.CompletionItem[]> {
    const { reading } = await loadedPrompt(prompt, this.services);
    const names = new Set([
      ...reading.document.input.declared.map(({ name }) => name),
      ...reading.analysis.variables.map(({ name }) => name),
    ]);
    return [...names].map((name) => {
      const item = new vscode.CompletionItem(name, Kind.Variable);
      item.insertText = `${name}${after}`;
      item.detail = 'variable';
      return item;
    });
  }
}

const LITERAL: SchemaKey = {
  name: 'literal',
  description: 'Text that is never resolved as a file, a template or a media path.',
  isRequired: false,
  holds: 'scalar',
};

const rangeOfTyped = (position: vscode.Position, typed: string): vscode.Range =>
  new vscode.Range(position.translate(0, -typed.replace(/^["']/, '').length), position);

/** Keys in the order of the schema, the required ones first. */
function keyItem({ name, description, isRequired, holds }: SchemaKey, index: number, isFlow: boolean): vscode.CompletionItem {
  const item = new vscode.CompletionItem(name, Kind.Property);
  const begin = isFlow ? { map: '{ $1 }', list: '[$1]', scalar: '' } : { map: '\n  $1', list: '\n  - $1', scalar: '' };
  item.insertText = new vscode.SnippetString(`${name.replaceAll('$', '\\$')}:${isFlow || holds === 'scalar' ? ' ' : ''}${begin[holds]}`);
  item.detail = isRequired ? 'required' : '';
  item.documentation = new vscode.MarkdownString(description);
  item.sortText = `${isRequired ? 0 : 1}${String(index).padStart(3, '0')}`;
  item.command = { title: 'Suggest', command: 'editor.action.triggerSuggest' };
  return item;
}

function valueItem(value: string, description: string): vscode.CompletionItem {
  const item = new vscode.CompletionItem(value, Kind.EnumMember);
  item.documentation = new vscode.MarkdownString(description);
  return item;
}

/** `not-contains` for `contains`, after all others. */
const opposites = (values: readonly vscode.CompletionItem[]): vscode.CompletionItem[] =>
  values.map(({ label, documentation }) => {
    const name = typeof label === 'string' ? label : label.label;
    const text = typeof documentation === 'string' ? documentation : (documentation?.value ?? '');
    const item = valueItem(`not-${name}`, `The opposite of: ${text}`);
    item.sortText = `~${name}`;
    return item;
  });
