/** The language of a source file, by its ending. Apart from the readers, which the editor's main thread does without. */

/** Files that are read as code; null for others. */
export function codeLanguageOf(path: string): 'javascript' | 'python' | null {
  if (/\.d\.[cm]?ts$/i.test(path)) return null;
  if (/\.(?:[cm]?[jt]s|[jt]sx)$/i.test(path)) return 'javascript';
  return /\.py$/i.test(path) ? 'python' : null;
}
