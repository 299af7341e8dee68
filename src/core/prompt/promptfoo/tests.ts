/** `tests:` and `scenarios:` of a promptfoo config → entries with their places, before `defaultTest` is merged into them. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { folderOfPath, joinPath } from '../../files/slash-path.ts';
import { noYaml, readYaml, type Path, type YamlSource } from '../../yaml/yaml.ts';
import { readCsvRows } from '../../golden/csv.ts';
import type { TestGenerator } from '../document.ts';
import { testGenerator } from './generators.ts';
import type { NamedFiles } from './named-files.ts';
import { isPattern } from './named-files.ts';
import { PlacedFile, type Placed } from './place.ts';

/** One test, with the part of a scenario that stands before it. */
export interface TestEntry {
  readonly value: JsonObject;
  readonly placed: Placed;
  /** The data of a scenario that the test is run with; absent: it is in no scenario. */
  readonly scenario?: { readonly value: JsonObject; readonly placed: Placed };
}

export interface TestSources {
  readonly entries: readonly TestEntry[];
  /** Files other than the config, whose diagnostics count too. */
  readonly others: readonly PlacedFile[];
}

/** Tests that a function makes and that are not known: where the cases come from elsewhere, nothing is wrong. */
export const PENDING_TESTS = 'promptfoo/pending-tests';

const CODE = /\.(?:[cm]?[jt]sx?|py|rb)(?::\w+)?$/i;

export class TestReader {
  private readonly others = new Map<string, PlacedFile>();

  constructor(
    private readonly config: PlacedFile,
    private readonly files: NamedFiles,
  ) {}

  read(root: JsonObject): TestSources {
    const { tests, scenarios } = root;
    const entries = tests === undefined || tests === null ? [] : this.entriesOf(tests, ['tests']);
    const more = Array.isArray(scenarios) ? scenarios.flatMap((item, i) => this.scenario(item, ['scenarios', i])) : [];
    if (scenarios !== undefined && !Array.isArray(scenarios)) this.refuse(['scenarios'], '`scenarios` must be a list.');
    const none = entries.length === 0 && more.length === 0 && tests === undefined && scenarios === undefined;
    // promptfoo: a config without tests is one test without variables.
    const blank: TestEntry[] = none ? [{ value: {}, placed: { file: this.config, at: [] } }] : [];
    return { entries: [...entries, ...more, ...blank], others: [...this.others.values()] };
  }

  private refuse(at: Path, message: string, hint?: string): [] {
    this.config.diagnostics.error('promptfoo/tests', message, this.config.yaml.rangeOf(at), hint);
    return [];
  }

  /** A list of tests, of which each may name a file; or one name. */
  private entriesOf(value: JsonValue, at: Path): TestEntry[] {
    if (typeof value === 'string') return this.named(value, at);
    if (isJsonObject(value)) return this.fromObject(value, at);
    if (!Array.isArray(value)) return this.refuse(at, 'Tests must be a list of cases, or name a file.');
    return value.flatMap((item, i) => {
      if (typeof item === 'string') return this.named(item, [...at, i]);
      if (isJsonObject(item)) return this.fromObject(item, [...at, i]);
      return this.refuse([...at, i], 'A test must be a map with `vars` or `assert`.');
    });
  }

  private fromObject(value: JsonObject, at: Path): TestEntry[] {
    if (typeof value['path'] === 'string' && value['vars'] === undefined && value['assert'] === undefined)
      return this.named(value['path'], at, value['config'] ?? null);
    return [{ value, placed: { file: this.config, at } }];
  }

  private named(given: string, at: Path, config: JsonValue = null): TestEntry[] {
    if (/^(?:https?|huggingface|s3|gs|az):/.test(given))
      return this.refuse(at, `\`${given}\` is not in this workspace, and Goldset fetches no tests.`, 'Download it, and name the file.');
    const path = joinPath(folderOfPath(this.config.path), given.replace(/^file:\/\//, ''));
    if (CODE.test(path)) return this.generated(given, testGenerator(path, config), at);
    if (/\.xlsx?(?:#.*)?$/i.test(path)) return this.refuse(at, `\`${given}\` is a spreadsheet, which is not read.`, 'Save it as CSV.');
    const found = this.files.matching(path);
    if (found.length === 0 && isPattern(path)) return this.refuse(at, `No file matches ${path}.`);
    return found.flatMap((file) => this.fromFile(file, at));
  }

  /** What a function returned; its tests stand where it is named. */
  private generated(given: string, generator: TestGenerator | null, at: Path): TestEntry[] {
    if (generator === null)
      return this.refuse(at, `\`${given}\` is code that Goldset does not run: JavaScript, TypeScript and Python are.`);
    const text = this.files.text(generator.made);
    if (text === null) {
      this.files.pending.push(generator);
      const message = `\`${given}\` makes tests by code, which \`goldset run\`, \`goldset compare\` and runs in the editor execute, in a trusted folder.`;
      this.config.diagnostics.error(PENDING_TESTS, message, this.config.yaml.rangeOf(at));
      return [];
    }
    const value = parseJson(text);
    if (!Array.isArray(value)) return this.refuse(at, `\`${given}\` must return a list of tests.`);
    const range = this.config.yaml.rangeOf(at);
    const file = new PlacedFile(
      this.config.path,
      this.config.text,
      noYaml(() => range),
    );
    this.others.set(generator.made, file);
    return value.flatMap((item): TestEntry[] =>
      isJsonObject(item)
        ? [{ value: item, placed: { file, at: [] } }]
        : this.refuse(at, `\`${given}\` returned a test that is not a map with \`vars\` or \`assert\`.`),
    );
  }

  private fromFile(path: string, at: Path): TestEntry[] {
    const text = this.files.text(path);
    if (text === null) return this.refuse(at, `There is no file ${path} in this workspace.`, 'Its path is relative to the config.');
    if (/\.csv$/i.test(path)) {
      const file = this.placedFile(path, text, noYaml());
      return readCsvRows(text, file.diagnostics).map(({ value, range }) => ({ value, placed: { file: this.lineOf(file, range), at: [] } }));
    }
    if (/\.jsonl$/i.test(path)) return this.fromLines(path, text);
    const file = this.placedFile(path, text, null);
    const { value } = file.yaml;
    const list = isJsonObject(value) && Array.isArray(value['tests']) ? value['tests'] : value;
    const base: Path = list === value ? [] : ['tests'];
    const items: JsonValue[] = Array.isArray(list) ? list : [list];
    return items.flatMap((item, i): TestEntry[] => {
      const place = Array.isArray(list) ? [...base, i] : base;
      if (isJsonObject(item)) return [{ value: item, placed: { file, at: place } }];
      file.diagnostics.error('promptfoo/tests', 'A test must be a map with `vars` or `assert`.', file.yaml.rangeOf(place));
      return [];
    });
  }

  private fromLines(path: string, text: string): TestEntry[] {
    const file = this.placedFile(path, text, noYaml());
    return [...text.matchAll(/[^\r\n]+/g)].flatMap((line): TestEntry[] => {
      if (line[0].trim() === '') return [];
      const range = { start: line.index, end: line.index + line[0].length };
      const value = parseJson(line[0]);
      if (isJsonObject(value)) return [{ value, placed: { file: this.lineOf(file, range), at: [] } }];
      file.diagnostics.error('promptfoo/tests', 'This line is not a JSON object.', range);
      return [];
    });
  }

  /** The same file, in which every place is one line. */
  private lineOf(file: PlacedFile, range: { readonly start: number; readonly end: number }): PlacedFile {
    const line = new PlacedFile(
      file.path,
      file.text,
      noYaml(() => range),
    );
    this.others.set(`${file.path}@${range.start}`, line);
    return line;
  }

  /** `yaml`: null reads the text as YAML. */
  private placedFile(path: string, text: string, yaml: YamlSource | null): PlacedFile {
    const known = this.others.get(path);
    if (known !== undefined) return known;
    const found = new Diagnostics(path);
    const file = new PlacedFile(path, text, yaml ?? readYaml(text, found) ?? noYaml());
    file.diagnostics.list.push(...found.list);
    this.others.set(path, file);
    return file;
  }

  /** promptfoo runs each test of a scenario with each of its data. */
  private scenario(item: JsonValue, at: Path): TestEntry[] {
    const value = typeof item === 'string' && item.startsWith('file://') ? this.scenarioFile(item, at) : { item, file: this.config, at };
    if (value === null) return [];
    const { item: scenario, file, at: place } = value;
    if (!isJsonObject(scenario)) return this.refuse(at, 'A scenario must be a map with `config` and `tests`.');
    const config = scenario['config'];
    const tests = scenario['tests'];
    const data = Array.isArray(config) ? config : [];
    if (!Array.isArray(config)) this.refuse(at, '`config` of a scenario must be a list.');
    const items = this.scenarioTests(tests, [...place, 'tests'], file);
    return data.flatMap((each, i): TestEntry[] => {
      if (!isJsonObject(each)) return this.refuse(at, 'The data of a scenario must be maps with `vars`.');
      const scenario = { value: each, placed: { file, at: [...place, 'config', i] } };
      return items.map((test) => ({ ...test, scenario }));
    });
  }

  private scenarioTests(tests: JsonValue | undefined, at: Path, file: PlacedFile): TestEntry[] {
    if (tests === undefined || tests === null) return [{ value: {}, placed: { file, at } }];
    if (file === this.config) return this.entriesOf(tests, at);
    const items = Array.isArray(tests) ? tests : [];
    return items.flatMap((item, i): TestEntry[] => (isJsonObject(item) ? [{ value: item, placed: { file, at: [...at, i] } }] : []));
  }

  private scenarioFile(named: string, at: Path): { item: JsonValue; file: PlacedFile; at: Path } | null {
    const path = joinPath(folderOfPath(this.config.path), named.slice('file://'.length));
    const text = this.files.text(path);
    if (text === null) {
      this.refuse(at, `There is no file ${path} in this workspace.`);
      return null;
    }
    const file = this.placedFile(path, text, null);
    return { item: file.yaml.value, file, at: [] };
  }
}
