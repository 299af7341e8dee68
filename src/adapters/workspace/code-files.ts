/**
 * The files of a workspace that an execution may run: those that it names, and their imports inside the root. Packages (node_modules,
 * site-packages) and paths that the code computes are not followed; docs/security.md says so.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonModules, quotedTexts, shellWords, type PythonModule } from '../../core/trust/code-references.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Execution } from '../../core/trust/execution.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { isAtOrWithin, isWithin, slashed, slashedPath } from '../within.ts';
import { statsOf } from './file-stats.ts';

/** Files of one execution, and bytes of one file, that are read at most. */
const MAX_FILES = 5000;
const MAX_SIZE = 64 * 1024 * 1024;

const SCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx', '.json', '.node', '.wasm'];
const INDEXES = [
  'package.json',
  'index.js',
  'index.mjs',
  'index.cjs',
  'index.ts',
  'index.mts',
  'index.cts',
  'index.tsx',
  'index.jsx',
  'index.json',
  'index.node',
];
const PYTHON_ENTRIES = ['__main__.py', '__init__.py'];
/** Files that a program reads without being told. */
const IMPLICIT: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:npm|npx|pnpm|pnpx|yarn|bun|bunx)$/, ['package.json', 'bunfig.toml', '.npmrc', '.yarnrc.yml']],
  [/^(?:tsx|ts-node|bun|deno)$/, ['tsconfig.json', 'bunfig.toml', 'deno.json', 'deno.jsonc']],
  [/^(?:g?make)$/, ['GNUmakefile', 'makefile', 'Makefile']],
  [/^just$/, ['justfile', 'Justfile']],
  [/^(?:uv|uvx|poetry|pipenv|hatch|pdm)$/, ['pyproject.toml', 'Pipfile', 'uv.toml']],
];

export interface CodeFile {
  /** Relative to the root, with forward slashes; where a link leads outside, its target. */
  readonly name: string;
  /** Null: it lies outside the root, so its content is not the workspace's. */
  readonly bytes: Buffer | null;
}

interface Manifest {
  readonly file: string;
  /** Undefined: it is not JSON. */
  readonly content: JsonValue | undefined;
}

/** Sorted by name. @throws {ConfigurationError} when they are more than can be read. */
export function codeFilesOf(execution: Execution, root: string): CodeFile[] {
  const walk = new CodeWalk(root);
  if (execution.kind === 'command') walk.command(execution.command);
  else {
    if (execution.language === 'python') walk.interpreter(execution.python);
    if ('file' in execution.source) walk.named(path.resolve(walk.root, execution.source.file));
    else walk.code(execution.source.code, execution.language, walk.root);
  }
  return walk.files();
}

class CodeWalk {
  readonly root: string;
  private readonly found = new Map<string, CodeFile>();
  private readonly folders = new Set<string>();
  /** The nearest package.json and what it says, by folder: every quoted text of a file needs it. */
  private readonly manifests = new Map<string, Manifest | null>();
  /** Names in a folder, by folder: every module of Python needs them. */
  private readonly listings = new Map<string, readonly string[]>();

  constructor(root: string) {
    this.root = realpathSync(root);
  }

  files(): CodeFile[] {
    return [...this.found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Each argument may be a path, an option with one, a line for a shell, or code. */
  command(command: readonly string[]): void {
    const words = new Set(
      command.flatMap((text) => [text, ...shellWords(text)]).flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]),
    );
    // `cd pipeline && python3 answer.py`: a folder that is named may be where the others are.
    const folders = [...words].map((word) => path.resolve(this.root, word)).filter((file) => this.isFolder(file));
    for (const from of new Set([this.root, ...folders])) {
      for (const word of words) this.named(path.resolve(from, word));
      for (const text of command) for (const language of ['javascript', 'python'] as const) this.code(text, language, from);
      for (const [i, word] of [...words].entries()) {
        const module = [...words][i + 1];
        if (word === '-m' && module !== undefined) this.module({ level: 0, parts: module.split('.') }, from);
      }
    }
    const names = [...words].map((word) => path.basename(word).replace(/\.(?:exe|cmd|bat)$/i, ''));
    for (const [pattern, files] of IMPLICIT) {
      if (names.some((name) => pattern.test(name)))
        for (const from of new Set([this.root, ...folders])) for (const file of files) this.named(path.join(from, file));
    }
  }

  /** A Python of the workspace, with what it reads at its start without being told: where its packages are, and what they run then. */
  interpreter(python: string): void {
    if (python === '') return;
    this.command([python]);
    const environment = path.resolve(this.root, python, '../..');
    if (!/[\\/]/.test(python) || !isWithin(this.root, environment)) return;
    this.add(path.join(environment, 'pyvenv.cfg'));
    const libraries = ['lib', 'lib64'].flatMap((name) =>
      this.namesIn(path.join(environment, name)).map((version) => path.join(name, version)),
    );
    for (const library of [...libraries, 'Lib']) {
      const packages = path.join(environment, library, 'site-packages');
      for (const name of this.namesIn(packages))
        if (/\.pth$|^(?:site|user)customize(?:\.py)?$/.test(name)) this.add(path.join(packages, name), false);
    }
  }

  private isFolder(file: string): boolean {
    return isWithin(this.root, file) && isFolder(file);
  }

  code(text: string, language: 'javascript' | 'python', folder: string): void {
    if (language === 'python') for (const module of pythonModules(text)) this.module(module, folder);
    else for (const quoted of quotedTexts(text)) this.specifier(quoted, folder);
  }

  /** A path that is named as a whole: a file, or a folder that is run as a package. */
  named(file: string): void {
    if (this.add(file) !== 'folder') return;
    for (const entry of [...INDEXES, ...PYTHON_ENTRIES]) this.add(path.join(file, entry));
  }

  private specifier(text: string, folder: string): void {
    const plain = text.replace(/[?#].*$/s, '');
    for (const each of new Set([text, plain, decoded(plain)])) {
      if (each.startsWith('file:')) this.moduleFile(pathOf(each));
      else if (/^\.{0,2}[\\/]|^\.{1,2}$/.test(each)) this.moduleFile(path.resolve(folder, each));
      else this.ownPackage(each, folder);
    }
  }

  /** As Node, TypeScript and bundlers look for a module: with an ending, another ending, or as a folder. */
  private moduleFile(file: string | null): void {
    if (file === null || !isAtOrWithin(this.root, file)) return;
    const stem = file.replace(/\.([cm]?)jsx?$/, '.$1ts');
    for (const candidate of [...ENDINGS.map((ending) => file + ending), stem, `${stem}x`]) this.named(candidate);
  }

  /** `#name` and the package's own name lead through package.json into the root. */
  private ownPackage(specifier: string, folder: string): void {
    const nearest = this.nearestPackage(folder);
    if (nearest === null || !isJsonObject(nearest.content)) return;
    const { file, content: manifest } = nearest;
    const name = typeof manifest['name'] === 'string' ? manifest['name'] : null;
    const isOwn = name !== null && (specifier === name || specifier.startsWith(`${name}/`));
    if (!isOwn && !specifier.startsWith('#')) return;
    const rest = isOwn ? specifier.slice(name.length + 1) : specifier.slice(1);
    for (const target of textsIn([manifest['imports'] ?? null, manifest['exports'] ?? null, manifest['main'] ?? null])) {
      const parts = rest.split('/');
      const fills = target.includes('*') ? parts.map((_, i) => parts.slice(i).join('/')) : [''];
      for (const fill of fills) this.moduleFile(path.resolve(path.dirname(file), target.replaceAll('*', fill)));
    }
  }

  private nearestPackage(folder: string): Manifest | null {
    const known = this.manifests.get(folder);
    if (known !== undefined) return known;
    const file = path.join(folder, 'package.json');
    const found = !isAtOrWithin(this.root, folder)
      ? null
      : isFile(file)
        ? { file, content: parseJson(readFileSync(file, 'utf8')) }
        : this.nearestPackage(path.dirname(folder));
    this.manifests.set(folder, found);
    return found;
  }

  /** Empty: it is no folder. */
  private namesIn(folder: string): readonly string[] {
    const known = this.listings.get(folder);
    if (known !== undefined) return known;
    const names = isFolder(folder) ? readdirSync(folder) : [];
    this.listings.set(folder, names);
    return names;
  }

  /** Absolute modules are looked for beside the file, in each folder above it, and in the root. */
  private module({ level, parts }: PythonModule, folder: string): void {
    if (level > 0) {
      const base = path.resolve(folder, ...Array<string>(level - 1).fill('..'));
      this.pythonPath(base, parts);
      return;
    }
    for (let at = folder; isAtOrWithin(this.root, at); at = path.dirname(at)) this.pythonPath(at, parts);
  }

  private pythonPath(base: string, parts: readonly string[]): void {
    let at = base;
    if (parts.length === 0) this.add(path.join(at, '__init__.py'));
    for (const part of parts) {
      // `words.cpython-312-x86_64-linux-gnu.so`, `words.pyd`
      for (const name of this.namesIn(at)) if (name.startsWith(`${part}.`) && /\.(?:so|pyd)$/.test(name)) this.add(path.join(at, name));
      this.add(path.join(at, `${part}.py`));
      at = path.join(at, part);
      for (const entry of PYTHON_ENTRIES) this.add(path.join(at, entry));
    }
  }

  /** Python looks for every module, also those of its own library, in the folder of the script first. */
  private pythonFolder(folder: string): void {
    if (this.folders.has(folder)) return;
    this.folders.add(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (/\.(?:py|so|pyd)$/.test(entry.name)) this.add(file);
      else if (isFile(path.join(file, '__init__.py'))) this.add(path.join(file, '__init__.py'));
    }
  }

  /** Adds a file and, if it `follows`, what it imports. */
  private add(given: string, follows = true): 'file' | 'folder' | null {
    if (!isAtOrWithin(this.root, given)) return null;
    const stats = statsOf(given);
    if (stats === null || !(stats.isFile() || stats.isDirectory())) return null;
    const file = realpathSync(given);
    const isInside = isAtOrWithin(this.root, file);
    if (stats.isDirectory()) return isInside ? 'folder' : null;
    const name = isInside ? slashedPath(this.root, file) : slashed(file);
    // A link is a part of what is run: where it leads may change.
    const link = slashedPath(this.root, given);
    if (link !== name) this.found.set(`${link} →`, { name: `${link} → ${name}`, bytes: null });
    if (this.found.has(name)) return 'file';
    if (!isInside) {
      this.found.set(name, { name, bytes: null });
      return 'file';
    }
    if (this.found.size >= MAX_FILES || stats.size > MAX_SIZE) throw tooMuch(name);
    const bytes = readFileSync(file);
    this.found.set(name, { name, bytes });
    if (follows) this.follow(file, bytes);
    return 'file';
  }

  private follow(file: string, bytes: Buffer): void {
    const folder = path.dirname(file);
    const text = bytes.toString('utf8');
    if (SCRIPT.test(file)) {
      this.code(text, 'javascript', folder);
      const manifest = this.nearestPackage(folder);
      if (manifest !== null) this.add(manifest.file);
    } else if (/\.pyw?$/.test(file)) {
      this.pythonFolder(folder);
      this.code(text, 'python', folder);
    } else if (
      /(?:^|\/)(?:package\.json|[Mm]akefile|GNUmakefile|[Jj]ustfile)$|\.(?:sh|bash|zsh|cmd|bat|ps1)$/.test(file) ||
      text.startsWith('#!')
    ) {
      // A script of a shell names files from where it is started, or from where it is.
      for (const from of new Set([this.root, folder])) for (const word of shellWords(text)) this.named(path.resolve(from, word));
      if (text.startsWith('#!')) for (const language of ['javascript', 'python'] as const) this.code(text, language, folder);
    }
  }
}

const isFile = (file: string): boolean => statsOf(file)?.isFile() === true;
const isFolder = (file: string): boolean => statsOf(file)?.isDirectory() === true;

function pathOf(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch (error) {
    // It is no address of a file.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A percent sign in it does not begin an escape.
    if (error instanceof URIError) return text;
    throw error;
  }
}

const textsIn = (value: JsonValue): string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.flatMap(textsIn)
      : isJsonObject(value)
        ? Object.values(value).flatMap(textsIn)
        : [];

const tooMuch = (name: string): ConfigurationError =>
  new ConfigurationError(
    'trust/too-large',
    `The code that this workspace would run has more than ${MAX_FILES} files, or a file of more than ${MAX_SIZE / 1024 / 1024} MB (at ${name}), so it cannot be checked.`,
    'Name a script of its own instead of a folder, or pass --trust.',
  );
