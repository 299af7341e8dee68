/**
 * Which prompts of a source file are used: those that have a golden set beside them (`triage.SYSTEM_PROMPT.golden.yaml`), that goldset.yaml
 * names, or that a comment `goldset: NAME` marks. All others show nothing. Nothing is parsed unless the bytes have such a comment.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Newest } from '../../core/collections/newest.ts';
import { readCode } from '../../core/prompt/code/read-code.ts';
import { MARKER } from '../../core/prompt/code/markers.ts';
import { GOLDEN_EXTENSIONS, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';

const GOLDEN = new RegExp(`^(.+)\\.golden\\.(?:${GOLDEN_EXTENSIONS.join('|')})$`);
/** Bytes of a source file that are read at most. */
export const MAX_SOURCE = 2 * 1024 * 1024;
/** Source files whose marked names are remembered. */
const KEPT = 500;

/** The names of prompts for which golden sets stand beside a source file. `beside`: all names in its folder. */
export function goldenNames(file: string, beside: readonly string[]): string[] {
  const stem = `${path.basename(file).replace(/\.[^.]+$/, '')}.`;
  const others = new Set(beside);
  return beside.flatMap((entry) => {
    const full = GOLDEN.exec(entry)?.[1];
    if (full === undefined || !full.startsWith(stem) || full.length === stem.length) return [];
    // The golden set of a `.prompt`, a `.prompt.yml` or a text of that name is theirs.
    const isOther = ['.prompt', '.prompt.yml', '.prompt.yaml', '.md', '.txt', '.j2', '.jinja', '.hbs', '.mustache', '.xml'].some((ending) =>
      others.has(`${full}${ending}`),
    );
    return isOther ? [] : [full.slice(stem.length)];
  });
}

/** The names of the used prompts of a source file. `declared`: ids from the root that goldset.yaml names. */
export function codePromptNames(
  file: string,
  shown: string,
  beside: readonly string[],
  declared: readonly string[],
  marked: MarkedNames = new MarkedNames(),
): string[] {
  const text = textOf(file);
  const marks = marked.of(shown, text);
  // `classify-1` is the golden set of `classify:1`, unless a comment names a prompt so.
  const golden = goldenNames(file, beside).map((name) => (marks.includes(name) ? name : name.replace(/-(\d+)$/, ':$1')));
  const written = golden.filter((name) => text.includes(/([\p{L}\p{N}_$]+)(?::\d+)?$/u.exec(name)?.[1] ?? name));
  return [...new Set([...declaredNames(shown, declared), ...written, ...marks])];
}

/** The names of the prompts of a source file that goldset.yaml names. `declared`: ids from the root. */
export const declaredNames = (shown: string, declared: readonly string[]): string[] =>
  declared.flatMap((id) => {
    const place = placeOfPrompt(id);
    return place.file === shown && place.name !== null ? [place.name] : [];
  });

/** The names that comments of source files mark. A text is parsed once: a long one takes a quarter of a second. */
export class MarkedNames {
  /** By language and digest of the text. */
  private readonly known = new Newest<readonly string[]>(KEPT);

  /** `shown`: the path of the source file from the root; its ending says the language. */
  of(shown: string, text: string): readonly string[] {
    if (!text.includes(MARKER)) return [];
    const key = `${path.extname(shown)} ${createHash('sha256').update(text).digest('base64')}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const names = readCode(shown, text, () => null)
      .prompts.filter(({ origin }) => origin === 'marker')
      .map(({ id }) => id.slice(shown.length + 1));
    this.known.set(key, names);
    return names;
  }
}

/** Empty: it cannot be read, or is too large to be source code that a person wrote. */
function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    return bytes.length > MAX_SOURCE ? '' : bytes.toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
