/** The files that an import may mean. Core has no file system, so the caller takes the first that exists. */

const EXTENSIONS = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'];

/** Paths from the root of the workspace, most likely first; none for a package. */
export function importCandidates(fromPath: string, specifier: string): string[] {
  return /\.py$/i.test(fromPath) ? pythonCandidates(fromPath, specifier) : javascriptCandidates(fromPath, specifier);
}

function javascriptCandidates(fromPath: string, specifier: string): string[] {
  const folder = fromPath.split('/').slice(0, -1);
  if (/^\.\.?(?:\/|$)/.test(specifier)) return files(join(folder, specifier));
  // `@/lib/prompts` and `~/lib/prompts`: by convention the root of the application or its `src`.
  const alias = /^(?:@|~|\$lib|#)\/(.*)$/.exec(specifier)?.[1];
  if (alias === undefined) return [];
  return ancestors(folder).flatMap((base) => [
    ...files(join(base, alias)),
    ...files(join([...base, 'src'], alias)),
    ...files(join([...base, 'lib'], alias)),
  ]);
}

function files(path: string | null): string[] {
  if (path === null) return [];
  // `./prompts.js` may be the output of `prompts.ts`.
  const output = /^(.*)\.([cm]?)jsx?$/.exec(path);
  const sources = output ? [`${output[1] ?? ''}.${output[2] ?? ''}ts`, `${output[1] ?? ''}.tsx`] : [];
  const written = EXTENSIONS.some((extension) => path.endsWith(extension)) ? [path] : [];
  return [
    ...written,
    ...sources,
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => `${path}/index${extension}`),
  ];
}

function pythonCandidates(fromPath: string, specifier: string): string[] {
  const folder = fromPath.split('/').slice(0, -1);
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const names = specifier
    .slice(dots)
    .split('.')
    .filter((name) => name !== '');
  const modules = (base: readonly string[]): string[] => {
    const path = [...base, ...names].join('/');
    return names.length === 0 ? [[...base, '__init__.py'].join('/')] : [`${path}.py`, `${path}/__init__.py`];
  };
  if (dots > 0) return dots - 1 > folder.length ? [] : modules(folder.slice(0, folder.length - (dots - 1)));
  return ancestors(folder).flatMap((base) => [...modules(base), ...modules([...base, 'src'])]);
}

/** A folder, then each one above it. */
const ancestors = (folder: readonly string[]): string[][] =>
  Array.from({ length: folder.length + 1 }, (_, i) => folder.slice(0, folder.length - i));

/** Null: above the root. */
function join(folder: readonly string[], relative: string): string | null {
  const path = [...folder];
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (path.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') path.push(part);
  }
  return path.join('/');
}
