/** `build:` of a prompt in goldset.yaml, as written → the function that it names. */
import type { BuildFunction } from '../document.ts';

const LANGUAGES: readonly (readonly [RegExp, BuildFunction['language']])[] = [
  [/\.py$/, 'python'],
  [/\.[cm]?[jt]s$/, 'javascript'],
];

/** `file://scripts/messages.ts:build`; the name may be absent. Null: it names no function of a JavaScript, TypeScript or Python file. */
export function buildFunction(text: string): BuildFunction | null {
  const match = /^file:\/\/(?:\.\/)?(.+?\.(?:py|[cm]?[jt]s))(?::([A-Za-z_$][\w$]*))?$/.exec(text.trim());
  const file = match?.[1];
  if (file === undefined || file.startsWith('/')) return null;
  const language = LANGUAGES.find(([pattern]) => pattern.test(file))?.[1];
  return language === undefined ? null : { language, file, name: match?.[2] ?? null };
}

/** As a person writes it: `scripts/messages.ts:build`. */
export const shownBuild = ({ file, name }: BuildFunction): string => (name === null ? file : `${file}:${name}`);
