/** `${file:…}` in the front matter of a `.prompty`: the text or data of a file beside it. `${env:…}` is never read. */
import { parseJson, isJsonObject, setOwn, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { Diagnostics } from '../../../problems/diagnostics.ts';
import { folderOfPath, joinPath } from '../../../files/slash-path.ts';
import { readYaml, type Path } from '../../../yaml/yaml.ts';
import type { Fields } from '../../../yaml/yaml-fields.ts';

const FILE = /^\$\{file:([^}]+)\}$/;
const ENVIRONMENT = /\$\{env:[^}]*\}/;

/** The files that the front matter names, by their paths from the root; none outside the folder of the prompt. */
export function filesNamedIn(text: string, path: string): string[] {
  const names = [...text.matchAll(/\$\{file:([^}\n]+)\}/g)].flatMap(([, name = '']) => pathBeside(path, name) ?? []);
  const sample = /^sample:[ \t]*([\w./-]+\.(?:json|ya?ml))[ \t]*\r?$/m.exec(text)?.[1];
  const beside = sample === undefined ? null : pathBeside(path, sample);
  return [...new Set(beside === null ? names : [...names, beside])];
}

/** Null: it leads out of the folder that the prompt is in. */
function pathBeside(path: string, name: string): string | null {
  const isOutside = /^(?:[\\/]|[A-Za-z]:)/.test(name) || name.split(/[\\/]/).includes('..');
  return isOutside ? null : joinPath(folderOfPath(path), name.replaceAll('\\', '/'));
}

/** The front matter with its files in it. `files`: texts by path from the root. */
export class PromptyReferences {
  constructor(
    private readonly fields: Fields,
    private readonly path: string,
    private readonly files: Readonly<Record<string, string>>,
  ) {}

  /** What stands at each key. The connection is left as it is: it is never used. */
  resolved(root: JsonObject): JsonObject {
    const found: JsonObject = {};
    for (const [key, value] of Object.entries(root)) setOwn(found, key, this.value(value, [key]));
    return found;
  }

  private value(value: JsonValue, at: Path): JsonValue {
    const key = at.at(-1);
    if (at[0] === 'model' && (at.length < 2 || ['connection', 'configuration', 'id'].includes(String(at[1])))) {
      if (at.length > 1 || !isJsonObject(value)) return value;
    }
    if (key === 'bindings' || key === 'connection') return value;
    if (typeof value === 'string') return this.text(value, at);
    if (Array.isArray(value)) return value.map((item, i) => this.value(item, [...at, i]));
    if (!isJsonObject(value)) return value;
    const found: JsonObject = {};
    for (const [name, item] of Object.entries(value)) setOwn(found, name, this.value(item, [...at, name]));
    return found;
  }

  private text(value: string, at: Path): JsonValue {
    const range = this.fields.source.rangeOf(at);
    const name = FILE.exec(value)?.[1];
    if (name !== undefined) return this.file(name, at);
    if (ENVIRONMENT.test(value))
      this.fields.diagnostics.warning(
        'prompty/reference',
        `\`${value}\` is sent as it stands: Goldset reads no environment variable into a prompt.`,
        range,
        'Give the value as a variable of a golden case.',
      );
    return value;
  }

  /** The data of a file; null: it cannot be read, which is a problem at its place. */
  file(name: string, at: Path): JsonValue {
    const range = this.fields.source.rangeOf(at);
    const path = pathBeside(this.path, name);
    if (path === null) {
      this.fields.diagnostics.error('prompty/reference', `\`${name}\` is not below the folder of this prompt, so it is not read.`, range);
      return null;
    }
    const text = Object.hasOwn(this.files, path) ? this.files[path] : undefined;
    if (text === undefined) {
      this.fields.diagnostics.error('prompty/reference', `There is no file ${path} in this workspace.`, range);
      return null;
    }
    if (!/\.(?:json|ya?ml)$/i.test(name)) return text;
    const data = /\.json$/i.test(name) ? parseJson(text) : readYaml(text, new Diagnostics(path))?.value;
    if (data !== undefined) return data;
    this.fields.diagnostics.error('prompty/reference', `${path} cannot be read as ${/\.json$/i.test(name) ? 'JSON' : 'YAML'}.`, range);
    return null;
  }
}
