/** Which of the files of a repository may be prompts, and in which order they are offered. Paths are from the root, with `/`. */
import { fileName, fileOfPrompt, isGoldenPath, isTextPath } from '../prompt/formats/prompt-name.ts';

export interface PromptCandidate {
  /** The prompt's id, from the root. */
  readonly id: string;
  /** `prompt`: Goldset uses it already. `code`, `text`: it is one as soon as it has a golden set. */
  readonly kind: 'prompt' | 'code' | 'text';
  /** It has golden cases: a golden set beside it, or tests of the promptfoo config that it is in. */
  readonly hasGolden: boolean;
}

const FOLDER = /(?:^|\/)prompts?\//i;
const NAME = /prompt|instructions/i;
const NOT = /^(?:readme|changelog|license|licence|contributing|requirements)\b/i;

/** Whether a text is probably a prompt: it is in a folder named prompts, or its name says so. */
export const isLikelyText = (shown: string): boolean =>
  isTextPath(shown) && !isGoldenPath(shown) && !NOT.test(fileName(shown)) && (FOLDER.test(shown) || NAME.test(fileName(shown)));

const BESIDE = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|fixtures|examples?|docs|scripts)\/|\.(?:test|spec)\.|(?:^|\/)(?:test_|conftest)/;
const KINDS: readonly PromptCandidate['kind'][] = ['prompt', 'code', 'text'];

/** In the order in which they are offered: those without a golden set first, those of tests and examples last. */
export function inOrder(candidates: readonly PromptCandidate[]): PromptCandidate[] {
  const rank = ({ id, kind, hasGolden }: PromptCandidate): number =>
    (BESIDE.test(fileOfPrompt(id)) ? 20 : 0) + (hasGolden ? 10 : 0) + KINDS.indexOf(kind);
  return candidates
    .map((candidate) => ({ candidate, rank: rank(candidate) }))
    .sort((a, b) => a.rank - b.rank || (a.candidate.id < b.candidate.id ? -1 : 1))
    .map(({ candidate }) => candidate);
}
