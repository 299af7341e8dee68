/** Reads a prompt with its partials, without its golden set: from files, editors that have not saved them, or a commit. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readText } from '../bounded-file.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { BuildFunction, PartialSource, Template } from '../../core/prompt/document.ts';
import {
  fileOfPrompt,
  idOfPrompt,
  isBamlPath,
  isCodePath,
  isDotprompt,
  isMessagesPath,
  isPartialPath,
  isPromptfooPath,
  isPromptyPath,
  isTextPath,
  nameOfText,
  placeOfPrompt,
} from '../../core/prompt/formats/prompt-name.ts';
import { filesNamedIn } from '../../core/prompt/formats/prompty/references.ts';
import { NO_CONTEXT, type PromptContext } from '../../core/prompt/formats/text-prompt.ts';
import { partialNamesIn, readPrompt, type PromptReading } from '../../core/prompt/read-prompt.ts';
import { promptVersion } from '../../core/versions/identity.ts';
import { isInside } from '../within.ts';
import type { PromptFiles, ReadText } from './prompt-reads.ts';
import { CaseNames } from './case-names.ts';
import { PromptIndex } from './prompt-index.ts';
import { readBuilt } from '../../core/prompt/built/read-built.ts';
import { readCodePrompt } from '../../core/prompt/code/code-prompt-reading.ts';
import { configReading } from '../../core/prompt/promptfoo/config-reading.ts';
import { jinjaExpressions } from '../../core/prompt/template/jinja/plain-expression.ts';
import { isMade } from '../../core/prompt/promptfoo/generators.ts';
import { bamlTexts } from './baml-files.ts';
import { loadPromptfoo } from './promptfoo-files.ts';
import { loadImports } from './code-imports.ts';
import { buildContent } from './build-content.ts';
import { withReplacements } from '../../core/config/read-evaluators.ts';
import { refuseLinkOutside, requirePrompt } from './prompt-path.ts';
import { shownPath, type Workspace } from './root.ts';
import { sha256 } from '../hash.ts';

/** A prompt's own text and that of its partials, parsed. */
export interface PromptSource {
  readonly text: string;
  readonly reading: PromptReading;
  readonly partials: readonly PartialSource[];
  /** The other files that it is made of, from the root: messages and partials. */
  readonly parts: readonly string[];
  readonly version: string;
  /** What is wrong with cases that the prompt's own format has; absent: nothing, or it is a part of the reading. */
  readonly caseDiagnostics?: readonly Diagnostic[];
}

/** Characters of a prompt that are read at most. */
const MAX_PROMPT = 8 * 1024 * 1024;

export class PromptSources {
  protected readonly files: PromptFiles;
  protected readonly index: PromptIndex;

  constructor(
    protected readonly workspace: Workspace,
    files: ReadText | PromptFiles = (file) => readText(file, MAX_STORE),
    /** The variables of golden cases, which are those of the work tree for every version of a prompt. */
    private readonly caseNames: CaseNames = new CaseNames(),
  ) {
    this.index = new PromptIndex(workspace);
    this.files = typeof files === 'function' ? { read: files, has: (name) => Promise.resolve(this.isInside(name)) } : files;
  }

  /** As `source`, of what its file holds. @throws {HumanError} when it cannot be read, or is not a prompt. */
  async sourceOf(prompt: string): Promise<PromptSource> {
    const build = this.index.buildOf(prompt);
    if (build !== null) return this.builtSource(prompt, build);
    const file = fileOfPrompt(prompt);
    if (placeOfPrompt(prompt).name === null && ![isTextPath, isCodePath, isMessagesPath].some((isOne) => isOne(file)))
      requirePrompt(file, shownPath(this.workspace.root, file));
    refuseLinkOutside(this.workspace.root, file);
    if ((isTextPath(file) || isMessagesPath(file)) && !this.index.promptsOf(file).includes(prompt))
      throw new HumanError(
        'path/not-a-prompt',
        `${shownPath(this.workspace.root, prompt)} is not a prompt.`,
        'Put a golden set beside it, or name it under `prompts:` in goldset.yaml.',
      );
    if (placeOfPrompt(prompt).name !== null && !(await this.files.has(file)))
      throw new HumanError('path/missing', `There is no ${shownPath(this.workspace.root, file)}.`, 'Correct `messages` in goldset.yaml.');
    return this.source(prompt, await this.files.read(file));
  }

  /** A prompt in code, with the constants of the files that it imports. `today`: see `source`. */
  private async codeSource(id: string, text: string, today: string): Promise<PromptSource> {
    const { root } = this.workspace;
    const { file, name } = placeOfPrompt(id);
    const shown = shownPath(root, file);
    const imports = await loadImports(root, shown, text, this.files);
    const context: PromptContext = { ...NO_CONTEXT, declared: this.index.declared(today), files: imports };
    const reading = readCodePrompt(idOfPrompt({ file: shown, name }), text, context);
    return { text, reading, partials: [], parts: reading.prompt.dependencies, version: promptVersion(reading.document, [], sha256) };
  }

  /** A prompt of a promptfoo config, with its cases. */
  private async promptfooSource(id: string, text: string): Promise<PromptSource> {
    const { root } = this.workspace;
    const { file, name } = placeOfPrompt(id);
    const shown = shownPath(root, file);
    const config = await loadPromptfoo(root, shown, text, this.files, this.workspace.environment);
    const reading = this.withCode(configReading(config, idOfPrompt({ file: shown, name }), text));
    const parts = [...new Set([...config.files.named, ...config.caseFiles])].filter((part) => !isMade(part));
    const { caseDiagnostics } = config;
    return { text, reading, partials: [], parts, version: promptVersion(reading.document, [], sha256), caseDiagnostics };
  }

  /** A function of a BAML project, with its tests. `today`: see `source`. */
  private async bamlSource(id: string, text: string, today: string): Promise<PromptSource> {
    const { root } = this.workspace;
    const { file, name } = placeOfPrompt(id);
    const shown = shownPath(root, file);
    const texts = await bamlTexts(root, shown, text, this.files);
    const { readBaml } = await import('../../core/prompt/baml/read-baml.ts');
    const found = readBaml(idOfPrompt({ file: shown, name }), texts, jinjaExpressions);
    const { document, diagnostics, caseDiagnostics, place } = found;
    const read = readPrompt(document.path, text, [], { ...NO_CONTEXT, document, declared: this.index.declared(today) });
    const reading = { ...read, diagnostics: [...diagnostics, ...read.diagnostics, ...found.printed(read.analysis)], place };
    const parts = [...texts.keys()].filter((part) => part !== shown);
    return { text, reading, partials: [], parts, version: promptVersion(reading.document, [], sha256), caseDiagnostics };
  }

  /** A prompt of a config that a function makes, with what its code contains; any other as it is. @throws {HumanError} `build/missing` */
  private withCode(reading: PromptReading): PromptReading {
    const { document } = reading;
    const { template } = document;
    if (template.kind !== 'built') return reading;
    const content = buildContent(this.workspace.settingsRoot ?? this.workspace.root, template.build);
    if (content === null)
      throw new HumanError('build/missing', `There is no file ${template.build.file}, whose function makes ${document.path}.`);
    return { ...reading, document: { ...document, template: { ...template, content } } };
  }

  /** A prompt that a function builds: its text is the code, which is read where it is executed. @throws {HumanError} `build/missing` */
  private async builtSource(id: string, build: BuildFunction): Promise<PromptSource> {
    const root = this.workspace.settingsRoot ?? this.workspace.root;
    const content = buildContent(root, build);
    const file = path.resolve(root, build.file);
    if (content === null || !isInside(root, file))
      throw new HumanError(
        'build/missing',
        `There is no file ${build.file}, whose function builds ${shownPath(this.workspace.root, id)}.`,
        'Correct `build` in goldset.yaml. Its path is relative to goldset.yaml.',
      );
    const declared = this.index.declared(id) ?? { model: null, parameters: {}, output: null, golden: null, budget: null };
    const reading = readBuilt(shownPath(this.workspace.root, id), placeOfPrompt(id).name ?? nameOfText(id), declared, build, content);
    const text = await this.files.read(file);
    return { text, reading, partials: [], parts: [], version: promptVersion(reading.document, [], sha256) };
  }

  /**
   * Reads the prompt alone, without its golden set. `today`: its id in the work tree, where `prompt` is an older one; goldset.yaml and the
   * names of the cases' variables are those of today for every version. @throws {HumanError} when it is too large to be one.
   */
  async source(prompt: string, text: string, today: string = prompt): Promise<PromptSource> {
    if (text.length > MAX_PROMPT)
      throw new HumanError(
        'prompt/too-large',
        `${shownPath(this.workspace.root, prompt)} has ${Math.round(text.length / 1e6)} MB, too large for a prompt.`,
        'The limit is 8 MB. Put long content into variables.',
      );
    if (isCodePath(fileOfPrompt(prompt))) return this.codeSource(prompt, text, today);
    if (isPromptfooPath(fileOfPrompt(prompt))) return this.promptfooSource(prompt, text);
    if (isBamlPath(fileOfPrompt(prompt))) return this.bamlSource(prompt, text, today);
    const shown = shownPath(this.workspace.root, prompt);
    const context = await this.contextOf(today, namedFiles(shown, text));
    const first = readPrompt(shown, text, [], context);
    const partials = await this.partials(prompt, first);
    const names = this.partialsNear(prompt, first, partials);
    const isRead = partials.length === 0 && names.length === 0;
    const read = isRead ? first : readPrompt(shown, text, partials, names.length === 0 ? context : { ...context, partialNames: names });
    const reading = { ...read, document: withReplacements(read.document, context.declared?.evaluators ?? new Map<string, never>()) };
    const parts = [...Object.keys(context.files), ...partials.map((partial) => partial.path)];
    return { text, reading, partials, parts, version: promptVersion(reading.document, partials, sha256) };
  }

  /** What is known about a prompt besides its own file. */
  private async contextOf(prompt: string, named: readonly string[]): Promise<PromptContext> {
    const declared = this.index.declared(prompt);
    const [, ...others] = this.index.filesOf(prompt);
    const files: Record<string, string> = {};
    for (const file of others) if (await this.files.has(file)) files[shownPath(this.workspace.root, file)] = await this.files.read(file);
    for (const name of named) {
      const file = path.resolve(this.workspace.root, name);
      if (this.isInside(file) && (await this.files.has(file))) files[name] = await this.files.read(file);
    }
    const decides = (isTextPath(prompt) || isDotprompt(prompt)) && (declared?.role == null || declared.role === 'system');
    return {
      declared,
      files,
      stubs: this.workspace.config.stubs,
      caseVariables: decides ? await this.caseNames.of(this.goldenByName(prompt), this.workspace.root) : [],
    };
  }

  /** The golden set that goldset.yaml or the name of the prompt gives; null: none is there. */
  protected goldenByName(prompt: string): string | null {
    const declared = this.index.declared(prompt)?.golden ?? null;
    if (declared !== null) return path.resolve(this.workspace.root, declared.path);
    return this.index.goldenCandidates(prompt).find((candidate) => existsSync(candidate)) ?? null;
  }

  /** Every partial that the prompt reaches, found beside it or in a folder above, up to the root. */
  private async partials(prompt: string, { document, analysis }: PromptReading): Promise<PartialSource[]> {
    const { template } = document;
    if (template.kind !== 'handlebars' && template.kind !== 'text') return [];
    const wanted = analysis.partials.map(({ name, file }) => ({
      name,
      from: path.dirname(file === undefined ? fileOfPrompt(prompt) : path.resolve(this.workspace.root, file)),
    }));
    const found = new Map<string, PartialSource>();
    for (const { name, from } of wanted) {
      if (found.has(name)) continue;
      const partial = await this.partialFile(from, includedNames(name, template));
      if (partial === null) continue;
      const source = { name, path: shownPath(this.workspace.root, partial), text: await this.files.read(partial) };
      found.set(name, source);
      // A partial of dotprompt is looked for from the prompt's folder, an included file from that of the file that names it.
      const next = template.kind === 'text' ? path.dirname(partial) : from;
      wanted.push(...partialNamesIn(source, template).map((inner) => ({ name: inner, from: next })));
    }
    return [...found.values()];
  }

  /** The names of partials beside the prompt and above, when one that it names is missing: one of them may have been meant. */
  private partialsNear(prompt: string, { document, analysis }: PromptReading, found: readonly PartialSource[]): string[] {
    if (document.template.kind !== 'handlebars' || analysis.partials.every(({ name }) => found.some((item) => item.name === name)))
      return [];
    const names = new Set<string>();
    for (let folder = path.dirname(fileOfPrompt(prompt)); ; folder = path.dirname(folder)) {
      for (const name of existsSync(folder) ? readdirSync(folder) : [])
        if (isPartialPath(name)) names.add(name.slice(1, -'.prompt'.length));
      if (folder === this.workspace.root || path.dirname(folder) === folder) return [...names];
    }
  }

  private async partialFile(from: string, names: readonly string[]): Promise<string | null> {
    for (let folder = from; ; folder = path.dirname(folder)) {
      for (const name of names) {
        const candidate = path.resolve(folder, name);
        if (await this.files.has(candidate)) return candidate;
      }
      if (folder === this.workspace.root || path.dirname(folder) === folder) return null;
    }
  }

  /** By real path: no link and no `..` leads out of the workspace. */
  protected isInside(file: string): boolean {
    return isInside(this.workspace.root, file);
  }
}

/** The files that a prompt's own text names as data, from the root. */
const namedFiles = (shown: string, text: string): readonly string[] => (isPromptyPath(shown) ? filesNamedIn(text, shown) : []);

/** The paths that a name may mean, from the folder of the file that names it or one above. */
function includedNames(name: string, template: Template): string[] {
  const partial = path.posix.join(path.posix.dirname(name), `_${path.posix.basename(name)}.prompt`);
  if (template.kind !== 'text') return [partial];
  if (template.syntax !== 'handlebars' && template.syntax !== 'mustache') return [name];
  const underscored = path.posix.join(path.posix.dirname(name), `_${path.posix.basename(name)}`);
  const endings = ['', '.hbs', '.mustache', '.md', '.txt'];
  return [...endings.flatMap((ending) => [`${name}${ending}`, `${underscored}${ending}`]), partial];
}
