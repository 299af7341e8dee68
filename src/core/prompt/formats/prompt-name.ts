/** Which files are prompts, and what their names say. */

export interface PromptName {
  readonly name: string;
  readonly variant: string | null;
  /** `_name.prompt` */
  readonly isPartial: boolean;
}

export const isDotprompt = (path: string): boolean => path.endsWith('.prompt');
export const isPromptYml = (path: string): boolean => /\.prompt\.ya?ml$/.test(path);
export const isPromptPath = (path: string): boolean => isDotprompt(path) || isPromptYml(path);
export const isGoldenPath = (path: string): boolean => /\.golden\.(ya?ml|json|jsonl|csv)$/.test(path);
export const isPartialPath = (path: string): boolean => fileName(path).startsWith('_') && isDotprompt(path);

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
export function goldenCandidates(path: string): string[] {
  const stems = isDotprompt(path) ? dotpromptStems(path) : [path.replace(/\.prompt\.ya?ml$/, '')];
  return stems.flatMap((stem) => GOLDEN_EXTENSIONS.map((extension) => `${stem}.golden.${extension}`));
}

function dotpromptStems(path: string): string[] {
  const stem = path.slice(0, -'.prompt'.length);
  const { name, variant } = nameOfDotprompt(path);
  return variant === null ? [stem] : [stem, `${path.slice(0, path.length - fileName(path).length)}${name}`];
}
