/** The files that assertions of a promptfoo config name are read as those of a golden set: their paths are relative to the config. */
import { withCaseFiles, type ReadCaseFile } from '../../golden/case-files.ts';
import type { GoldenCase } from '../../golden/case.ts';
import type { PromptfooConfig } from './read-config.ts';

export interface LoadedPromptfoo extends PromptfooConfig {
  /** The files that its assertions name, from the root. */
  readonly caseFiles: readonly string[];
}

export async function caseFilesOf(config: PromptfooConfig, path: string, read: ReadCaseFile): Promise<LoadedPromptfoo> {
  // A case of several prompts is one object: it is looked up once.
  const distinct = [...new Set(config.documents.flatMap(({ embedded }) => embedded.cases))];
  const set = await withCaseFiles({ path, cases: distinct, diagnostics: [] }, path, read);
  const whole = new Map<GoldenCase, GoldenCase>(distinct.map((item, i) => [item, set.cases[i] ?? item]));
  return {
    ...config,
    documents: config.documents.map((document) => ({
      ...document,
      embedded: { ...document.embedded, cases: document.embedded.cases.map((item) => whole.get(item) ?? item) },
    })),
    caseDiagnostics: [...config.caseDiagnostics, ...set.diagnostics],
    caseFiles: set.files ?? [],
  };
}
