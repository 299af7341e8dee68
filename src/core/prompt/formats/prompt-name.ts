/** What the names of files say about prompts. A prompt has an id: its file, or `FILE#NAME` where a file holds or joins several. */

export interface PromptName {
  readonly name: string;
  readonly variant: string | null;
  /** `_name.prompt` */
  readonly isPartial: boolean;
}

export const isDotprompt = (path: string): boolean => path.endsWith('.prompt');
export const isPromptYml = (path: string): boolean => /\.prompt\.ya?ml$/.test(path);
export const isPromptyPath = (path: string): boolean => path.endsWith('.prompty');
/** VS Code's prompts, chat modes and agents. */
export const PROMPT_MD = /\.(?:prompt|chatmode|agent)\.md$/;
export const isPromptMdPath = (path: string): boolean => PROMPT_MD.test(path);
/** A prompt by its ending alone. Other files are prompts if something beside them or goldset.yaml says so. */
export const isPromptPath = (path: string): boolean =>
  isDotprompt(path) || isPromptYml(path) || isPromptyPath(path) || isPromptMdPath(path);
/** Messages in JSON: a prompt only with a golden set beside it or an entry of goldset.yaml, for other tools have files of these names. */
export const isMessagesPath = (path: string): boolean => /(?:^|[./\\])(?:messages|prompt)\.json$/.test(path);
/** The endings that make a file a prompt. */
export const PROMPT_ENDINGS = ['.prompt', '.prompt.yml', '.prompt.yaml', '.prompty', '.prompt.md', '.chatmode.md', '.agent.md'] as const;
/** promptfoo's configuration by its own name: `promptfooconfig.yaml`, `triage.promptfooconfig.yaml`, `promptfooconfig-ci.yml`. */
export const isNamedPromptfoo = (path: string): boolean => /promptfooconfig[^/\\]*\.(?:ya?ml|json)$/i.test(path);
/** What can be one: `promptfoo.tasks.yaml`, `promptfoo-baseline.yaml` too, if it holds prompts. It holds several. */
export const isPromptfooPath = (path: string): boolean =>
  isNamedPromptfoo(path) || (/(?:^|[/\\])promptfoo[^/\\]*\.(?:ya?ml|json)$/i.test(path) && !isGoldenPath(path) && !isPromptYml(path));
/** BAML's source files: a prompt is a function of one. */
export const isBamlPath = (path: string): boolean => path.endsWith('.baml');
/** A file of another tool that holds several prompts, each with an id `FILE#NAME`. */
export const holdsPrompts = (path: string): boolean => isPromptfooPath(path) || isBamlPath(path);
export const isGoldenPath = (path: string): boolean => /\.golden\.(ya?ml|json|jsonl|csv)$/.test(path);
export const isPartialPath = (path: string): boolean => fileName(path).startsWith('_') && isDotprompt(path);

/** Endings of files in plain text that can be prompts. */
export const TEXT_ENDINGS = ['md', 'txt', 'j2', 'jinja', 'jinja2', 'hbs', 'mustache', 'xml'] as const;
const TEXT_ENDING = new RegExp(`\\.(?:${TEXT_ENDINGS.join('|')})$`);
export const isTextPath = (path: string): boolean => TEXT_ENDING.test(path) && !isPromptMdPath(path);

/** Endings of source files that can hold prompts. */
export const CODE_ENDINGS = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'py'] as const;
const CODE_ENDING = new RegExp(`\\.(?:${CODE_ENDINGS.join('|')})$`);
export const isCodePath = (path: string): boolean => CODE_ENDING.test(path);

/** Where a prompt is. */
export interface PromptPlace {
  readonly file: string;
  /** Of one prompt of several; null: the prompt is the whole file. */
  readonly name: string | null;
}

/** The file and name that an id means: `src/triage.ts#SYSTEM_PROMPT`. A `#` in the name of a file or folder is a part of its path. */
export function placeOfPrompt(id: string): PromptPlace {
  const [, file, name] = /^(.+)#([^#/\\]+)$/.exec(id) ?? [];
  const isNamed =
    file !== undefined && name !== undefined && (isCodePath(file) || isTextPath(file) || isDotprompt(file) || holdsPrompts(file));
  return isNamed && !isPromptPath(id) && !isTextPath(id) && !isCodePath(id) ? { file, name } : { file: id, name: null };
}

/** The file that a prompt is in: its first one, where it is made of several. */
export const fileOfPrompt = (id: string): string => placeOfPrompt(id).file;

/** A prompt of a promptfoo config, whatever the config is called. */
export function isPromptfooPrompt(id: string): boolean {
  const { file, name } = placeOfPrompt(id);
  return name !== null && /\.(?:ya?ml|json)$/i.test(file);
}

export const idOfPrompt = ({ file, name }: PromptPlace): string => (name === null ? file : `${file}#${name}`);

export const fileName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** `triage.formal.prompt`: name triage, variant formal. */
export function nameOfDotprompt(path: string): PromptName {
  const file = fileName(path).replace(/\.prompt$/, '');
  const isPartial = file.startsWith('_');
  const [name = '', ...rest] = (isPartial ? file.slice(1) : file).split('.');
  return { name, variant: rest.length > 0 ? rest.join('.') : null, isPartial };
}

export const nameOfPromptYml = (path: string): string => fileName(path).replace(/\.prompt\.ya?ml$/, '');

export const GOLDEN_EXTENSIONS = ['yaml', 'yml', 'json', 'jsonl', 'csv'] as const;

/** Where the golden set of a prompt may be, best first: its own name, then the name without the variant. */
export const goldenCandidates = (id: string): string[] =>
  stemsOf(id).flatMap((stem) => GOLDEN_EXTENSIONS.map((extension) => `${stem}.golden.${extension}`));

/** Path of what stands beside a prompt, without its ending: `dir/triage.formal` of `dir/triage.formal.prompt`. */
export const goldenStem = (id: string): string => stemsOf(id)[0] ?? id;

/** Where the first golden case of a prompt without a golden set is written. */
export const defaultGolden = (id: string): string => `${goldenStem(id)}.golden.yaml`;

/** As earlier versions named it: Windows has no `:` in the names of files, so `triage.classify:1` is `triage.classify-1` now. */
export function earlierStem(id: string): string {
  const { file, name } = placeOfPrompt(id);
  return name !== null && isCodePath(file) ? codeStem(file, name) : goldenStem(id);
}

const codeStem = (file: string, name: string): string => `${file.replace(CODE_ENDING, '')}.${name}`;

function stemsOf(id: string): string[] {
  const { file, name } = placeOfPrompt(id);
  if (name !== null && isCodePath(file)) return [...new Set([codeStem(file, name.replaceAll(':', '-')), codeStem(file, name)])];
  if (name !== null) return [`${folderPart(file)}${name}`];
  if (isDotprompt(file)) return dotpromptStems(file);
  if (isPromptYml(file)) return [file.replace(/\.prompt\.ya?ml$/, '')];
  if (isPromptyPath(file)) return [file.slice(0, -'.prompty'.length)];
  if (isMessagesPath(file)) return [file.slice(0, -'.json'.length)];
  // `plan.prompt.md`: plan.prompt.golden.yaml, then plan.golden.yaml.
  if (isPromptMdPath(file)) return [file.slice(0, -'.md'.length), file.replace(PROMPT_MD, '')];
  // `mail.txt.j2`: mail.txt.golden.yaml, then mail.golden.yaml.
  const stem = file.replace(TEXT_ENDING, '');
  return isTextPath(stem) ? [stem, stem.replace(TEXT_ENDING, '')] : [stem];
}

const folderPart = (path: string): string => path.slice(0, path.length - fileName(path).length);

function dotpromptStems(path: string): string[] {
  const stem = path.slice(0, -'.prompt'.length);
  const { name, variant } = nameOfDotprompt(path);
  return variant === null ? [stem] : [stem, `${folderPart(path)}${name}`];
}

/** `system.md`, `system.j2`: the name is system. */
export const nameOfText = (path: string): string => fileName(path).replace(TEXT_ENDING, '').replace(TEXT_ENDING, '');
