/** The schemas of files that a person writes: which one a document has, and its text as YAML. Read when they are first needed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json/json.ts';
import { splitFrontMatter } from '../../core/prompt/formats/front-matter.ts';
import { isDotprompt, isPromptYml } from '../../core/prompt/formats/prompt-name.ts';
import { yamlPlaceAt, type YamlPlace } from '../../core/yaml/yaml-place.ts';
import { isGolden } from '../window/documents.ts';
import { isScript, isSettings } from '../window/open-prompts.ts';

type SchemaName = 'golden' | 'goldset-yaml' | 'scripted' | 'front-matter' | 'prompt-yml';

/** YAML of ours at a place of a document. */
export interface YamlAt {
  readonly name: SchemaName;
  readonly schema: JsonObject;
  readonly place: YamlPlace;
}

export class YamlSchemas {
  private readonly known = new Map<SchemaName, JsonObject>();

  constructor(private readonly extensionPath: string) {}

  /** What a position of a document means; null: no YAML of ours is there. */
  at(document: vscode.TextDocument, position: vscode.Position): YamlAt | null {
    const name = nameOf(document, position);
    if (name === null) return null;
    const first = name === 'front-matter' ? frontMatterLine(document) : 0;
    const lines = document.getText(new vscode.Range(first, 0, document.lineCount, 0)).split(/\r?\n/);
    const place = yamlPlaceAt(
      name === 'front-matter' ? lines.slice(0, endOfFrontMatter(lines)) : lines,
      position.line - first,
      position.character,
    );
    return place === null ? null : { name, schema: this.schema(name), place };
  }

  private schema(name: SchemaName): JsonObject {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const read = parseJson(readFileSync(path.join(this.extensionPath, 'schemas', `${name}.schema.json`), 'utf8'));
    const schema = isJsonObject(read) ? read : {};
    this.known.set(name, schema);
    return schema;
  }
}

function nameOf(document: vscode.TextDocument, position: vscode.Position): SchemaName | null {
  const file = document.uri.fsPath;
  if (isGolden(document)) return /\.ya?ml$/.test(file) ? 'golden' : null;
  if (isSettings(document)) return 'goldset-yaml';
  if (isScript(document)) return 'scripted';
  if (isPromptYml(file)) return 'prompt-yml';
  return isDotprompt(file) && isInFrontMatter(document, position) ? 'front-matter' : null;
}

function isInFrontMatter(document: vscode.TextDocument, position: vscode.Position): boolean {
  const { frontMatter } = splitFrontMatter(document.getText());
  const offset = document.offsetAt(position);
  return frontMatter !== null && offset >= frontMatter.offset && offset <= frontMatter.offset + frontMatter.text.length;
}

const frontMatterLine = (document: vscode.TextDocument): number =>
  document.positionAt(splitFrontMatter(document.getText()).frontMatter?.offset ?? 0).line;

function endOfFrontMatter(lines: readonly string[]): number {
  const end = lines.findIndex((line) => /^---\s*$/.test(line));
  return end === -1 ? lines.length : end;
}
