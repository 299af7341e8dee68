/** What a person decides about outputs, as files: golden cases, labels. Part of the engine's bundle; knows no editor. */
import { existsSync } from 'node:fs';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Git } from '../../adapters/git/git.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import { defaultGolden } from '../../core/prompt/formats/prompt-name.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { FILE, isFileReference, isMediaReference } from '../../core/golden/case-files.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import { isLiteralAt } from '../../core/golden/literal.ts';
import { jsonEquals, parseJson, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { folderOfPath, joinPath, relativePath } from '../../core/files/slash-path.ts';
import type { Result } from '../../core/results/result.ts';
import { LabelBook } from '../labelling/label-book.ts';

type Loaded = LoadedPrompt & { readonly root: string };

export class CaseWriter {
  readonly labels: LabelBook;

  constructor(
    private readonly evaluator: WorkerEvaluator,
    private readonly readText: ReadText,
    git: Git,
  ) {
    this.labels = new LabelBook(git);
  }

  /** `given`: the output, or its correction, as the person left it. */
  async accept(loaded: Loaded, result: Result, given: string): Promise<GoldenEdit> {
    const expected = expectedOf(given, result.expected);
    const known = loaded.target.cases.find(({ id }) => id === result.case);
    if (known !== undefined && !jsonEquals(known.vars, result.vars) && !result.case.startsWith(`${known.id}/`))
      throw new HumanError(
        'golden/changed',
        `The variables of the case ${known.id} changed since this output was made.`,
        'Run the case again, then accept.',
      );
    // The format of a prompt file has no place for it: the case goes on in the golden set beside it.
    if (known !== undefined && known.source.path === loaded.target.document.path) {
      const { id, description, vars } = known;
      return this.add(loaded, { id: freeId(`${id}-expected`, loaded), description, vars, expected, references: [] });
    }
    const file = loaded.goldenFile ?? defaultGolden(loaded.file);
    const text = existsSync(file) ? await this.readText(file) : '';
    const edits = await this.evaluator.editGolden({ path: shownPath(loaded.root, file), text, change: { case: result.case, expected } });
    return { file, text, edits, case: result.case };
  }

  /** A case like another with other variables; nobody has said yet what is right. */
  addLike(loaded: Loaded, result: Result, texts: Readonly<Record<string, string>>): Promise<GoldenEdit> {
    const vars: JsonObject = {};
    const known = loaded.target.cases.find(({ id }) => id === result.case || result.case.startsWith(`${id}/`));
    for (const [name, value] of Object.entries(result.vars)) {
      const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
      vars[name] = text === undefined || typeof value === 'string' ? (text ?? value) : (parseJson(text) ?? text);
    }
    // A file that the author of the case named is still that file, where it is sent as media.
    const references = Object.keys(vars).filter((name) => vars[name] === result.vars[name] && isMediaOf(known, name));
    return this.add(loaded, {
      id: freeId(`${result.case}-variant`, loaded),
      description: result.description,
      vars,
      expected: null,
      references,
    });
  }

  /** A case with these variables, for which nothing is expected yet. */
  addBlank(loaded: Loaded, id: string, vars: JsonObject): Promise<GoldenEdit> {
    return this.add(loaded, { id, description: null, vars, expected: null, references: [] });
  }

  private async add(
    loaded: Loaded,
    { id, description, vars, expected, references }: Omit<NewCase, 'metadata' | 'references'> & { readonly references: readonly string[] },
  ): Promise<GoldenEdit> {
    const file = loaded.goldenFile ?? defaultGolden(loaded.file);
    const text = existsSync(file) ? await this.readText(file) : '';
    const add: NewCase = { id, description, vars: fromGolden(vars, references, loaded, file), expected, metadata: {}, references };
    return {
      file,
      text,
      edits: await this.evaluator.editGolden({ path: shownPath(loaded.root, file), text, change: { add: [add] } }),
      case: id,
    };
  }
}

/** Whether the author of a case named a file by a variable, or gave its path. */
function isMediaOf(known: GoldenCase | undefined, name: string): boolean {
  const value = known?.vars[name];
  return typeof value === 'string' && isMediaReference(value) && !isLiteralAt(known?.literals, 'vars', name);
}

/** Variables with `file://` of the prompt's folder as the golden set writes them. */
const fromGolden = (vars: JsonObject, references: readonly string[], { root, file: prompt }: Loaded, golden: string): JsonObject => {
  const [from, to] = [prompt, golden].map((file) => folderOfPath(shownPath(root, file)));
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      references.includes(name) && isFileReference(value)
        ? `${FILE}${relativePath(to ?? '', joinPath(from ?? '', value.slice(FILE.length)))}`
        : value,
    ]),
  );
};

/** An expectation that was data stays data, when the text is that. */
function expectedOf(given: string, before: JsonValue | null): JsonValue {
  const wantsData = before === null ? /^\s*[[{]/.test(given) : typeof before !== 'string';
  const value = wantsData ? parseJson(given) : undefined;
  return value === undefined || value === null ? given : value;
}

function freeId(wanted: string, { target }: Loaded): string {
  const taken = new Set(target.cases.map(({ id }) => id));
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted}-${i}`;
  return id;
}
