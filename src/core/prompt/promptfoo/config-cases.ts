/** The tests of a promptfoo config → golden cases, each complete: nothing after this reader needs the config again. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { Diagnostics, type Diagnostic } from '../../problems/diagnostics.ts';
import type { GoldenCase } from '../../golden/case.ts';
import { CaseReader } from '../../golden/case-reader.ts';
import type { StoredAnswer } from '../../golden/earlier-answers.ts';
import { LITERAL } from '../../golden/literal.ts';
import { isSimilar, isJudged } from '../../grade/judged-types.ts';
import { isCode } from '../../grade/code-assertion.ts';
import { stemOf } from '../../grade/assertion-types.ts';
import { isFileReference } from '../../golden/case-files.ts';
import { folderOfPath, joinPath } from '../../files/slash-path.ts';
import { noYaml, readYaml, type Path } from '../../yaml/yaml.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import { caseVars, namedVars } from './case-vars.ts';
import { namedInTag, type ConfigTurn } from './conversation.ts';
import { judgeProvider } from './judge-provider.ts';
import { MergedPlaces, mergedTest, type MergedTest, type PlacedAssertion, type PlacedMap } from './merged-test.ts';
import type { NamedFiles } from './named-files.ts';
import { renderedValue, renderNunjucks } from './nunjucks-text.ts';
import { counted, PlacedFile } from './place.ts';
import { columnOfTest, type ConfigColumn } from './providers.ts';
import { TestReader, type TestEntry } from './tests.ts';

export interface ConfigCase extends ConfigTurn {
  /** The prompts and the providers that it is for, by label or id; null: all. */
  readonly prompts: readonly string[] | null;
  readonly providers: readonly string[] | null;
  /** The only one that it is sent to, in place of those of the config; null: it has none of its own. */
  readonly provider: ConfigColumn | null;
}

/** Keys of a test that say where it is run, and those that change nothing here. */
const HANDLED = ['prompts', 'providers', 'provider'];
const WITHOUT_EFFECT = ['runSerially', 'disableDefaultAsserts', 'disableVarExpansion', 'storeOutputAs', 'disableConversationVar'];

/** Keys of a config that change each test, and that Goldset cannot follow. */
const CHANGES_ALL: Readonly<Record<string, string>> = {
  extensions: '`extensions` run code that changes tests, which is not supported.',
  nunjucksFilters: '`nunjucksFilters` are functions of the config, which are not called.',
  transform: '`transform` at the top of a config is not executed; it stands in `defaultTest`, under `options`.',
  transformVars: '`transformVars` is not supported yet.',
};

export function readConfigCases(
  config: PlacedFile,
  root: JsonObject,
  files: NamedFiles,
  /** The variables of the environment that the prompts name: each case has them, so that another value is another case. */
  environment: JsonObject,
): { readonly cases: readonly ConfigCase[]; readonly diagnostics: readonly Diagnostic[] } {
  const { entries, others } = new TestReader(config, files).read(root);
  const defaults = readDefaults(config, root, files);
  const found: Diagnostic[] = [];
  const ids = new Set<string>();
  const broken = Object.keys(root).find((key) => Object.hasOwn(CHANGES_ALL, key) && isUsed(root[key]));
  const why = broken === undefined ? null : (CHANGES_ALL[broken] ?? null);
  const ofTests = new Map<string, ConfigColumn | string>();
  const stored = new Set<string>();
  const cases = entries.flatMap((entry) =>
    new EntryReader(config, root, files, entry, defaults, ids, found, ofTests, environment, stored).read(),
  );
  if (broken !== undefined && why !== null)
    found.push({
      code: 'golden/unsupported',
      severity: 'error',
      message: `${why} This affects ${cases.length} cases.`,
      path: config.path,
      range: config.yaml.keyRangeOf([broken]),
    });
  const said = [...others, ...(defaults === null || defaults.placed.file === config ? [] : [defaults.placed.file])];
  return {
    cases:
      why === null
        ? cases
        : cases.map((item) => ({ ...item, goldenCase: { ...item.goldenCase, unsupported: item.goldenCase.unsupported ?? why } })),
    diagnostics: [...said.flatMap(({ diagnostics }) => diagnostics.list), ...counted(found)],
  };
}

const isUsed = (value: JsonValue | undefined): boolean =>
  value !== undefined &&
  value !== null &&
  (Array.isArray(value) ? value.length > 0 : !isJsonObject(value) || Object.keys(value).length > 0);

function readDefaults(config: PlacedFile, root: JsonObject, files: NamedFiles): PlacedMap | null {
  const value = root['defaultTest'];
  if (isJsonObject(value)) return { value, placed: { file: config, at: ['defaultTest'] } };
  if (value === undefined || value === null) return null;
  const path = isFileReference(value) ? joinPath(folderOfPath(config.path), value.slice('file://'.length)) : null;
  const text = path === null ? null : files.text(path);
  const file = path === null || text === null ? null : new PlacedFile(path, text, readYaml(text, new Diagnostics(path)) ?? noYaml());
  if (file !== null && isJsonObject(file.yaml.value)) return { value: file.yaml.value, placed: { file, at: [] } };
  config.diagnostics.error(
    'promptfoo/default-test',
    '`defaultTest` must be a map, or name a file of this workspace with one.',
    config.yaml.rangeOf(['defaultTest']),
  );
  return null;
}

/** Reads one entry into its cases. */
class EntryReader {
  private readonly test: MergedTest;
  private readonly places: MergedPlaces;
  private problem: string | null = null;

  constructor(
    private readonly config: PlacedFile,
    private readonly root: JsonObject,
    private readonly files: NamedFiles,
    private readonly entry: TestEntry,
    defaults: PlacedMap | null,
    private readonly ids: Set<string>,
    private readonly found: Diagnostic[],
    /** The providers of tests by where they stand. */
    private readonly ofTests: Map<string, ConfigColumn | string>,
    private readonly environment: JsonObject,
    /** The variables that earlier tests store their answers as. */
    private readonly stored: Set<string>,
  ) {
    const merged = mergedTest(entry, defaults);
    this.test = { ...merged, assertions: merged.assertions.map((item) => this.withTemplate(item)) };
    this.places = new MergedPlaces(this.test);
  }

  read(): ConfigCase[] {
    const { rest, options } = this.test;
    const expands = options['disableVarExpansion'] !== true;
    const named = this.entry.value['vars'];
    const more = typeof named === 'string' || Array.isArray(named) ? namedVars(named, this.config.path, this.files) : {};
    const all = caseVars({ ...this.test.vars, ...(more ?? {}) }, this.config.path, this.files, expands);
    const listOf = (value: JsonValue | undefined): readonly string[] | null =>
      Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : null;
    const prompts = listOf(rest['prompts']);
    const providers = listOf(rest['providers']);
    return all.flatMap((vars) => {
      this.problem = null;
      if (more === null) this.refuse('`vars` must name files of this workspace with variables.', ['vars']);
      if ('problem' in vars) this.refuse(vars.problem, ['vars', vars.name]);
      const provider = this.provider();
      if (typeof provider === 'string') this.refuse(provider, ['provider']);
      const entry = this.entryOf('problem' in vars ? {} : vars.vars);
      this.refuseStored();
      const goldenCase = this.caseOf(entry);
      if (goldenCase === null) return [];
      const stores = this.stores(goldenCase);
      const { conversationId = null } = this.test.metadata;
      const conversation = options['disableConversationVar'] === true ? null : JSON.stringify(conversationId);
      const own = stores === null ? goldenCase : { ...goldenCase, stores };
      return [{ goldenCase: own, entry, prompts, providers, provider: typeof provider === 'string' ? null : provider, conversation }];
    });
  }

  /** What of the test is rendered before an earlier answer is known. */
  private refuseStored(): void {
    const { vars, options, assertions } = this.test;
    const { storeOutputAs: own = null } = options;
    if (own !== null && !(typeof own === 'string' && /^[A-Za-z_]\w*$/.test(own)))
      this.refuse('`storeOutputAs` must be the name of a variable.', ['options', 'storeOutputAs']);
    for (const name of this.stored) {
      const isNamed = (value: JsonValue | undefined): boolean => value !== undefined && namedInTag(JSON.stringify(value), name);
      const problem = `An earlier test stores its answer as \`${name}\``;
      if (Object.hasOwn(vars, name)) this.refuse(`${problem}, and this one has a variable of that name.`, ['vars', name]);
      for (const key of ['prefix', 'suffix'])
        if (isNamed(options[key])) this.refuse(`${problem}, which is not read in \`${key}\`.`, ['options', key]);
      assertions.forEach(({ value }, i) => {
        const type = isJsonObject(value) && typeof value['type'] === 'string' ? stemOf(value['type']) : '';
        if (!isCode(type) && isNamed(value))
          this.refuse(`${problem}, which is not read in an assertion. Code has it as \`context.vars.${name}\`.`, ['assert', i]);
      });
    }
  }

  /** The variable that later tests have the answer of this one as. */
  private stores(goldenCase: GoldenCase): StoredAnswer | null {
    const { storeOutputAs: name = null, transform } = this.test.options;
    if (typeof name !== 'string') return null;
    this.stored.add(name);
    return goldenCase.unsupported === null && typeof transform === 'string' && transform.trim() !== ''
      ? { name, transforms: [transform] }
      : { name, transforms: [] };
  }

  /** The test's own provider; null: it has none; a text: why it cannot be sent to it. */
  private provider(): ConfigColumn | string | null {
    const layer = this.test.layers.find(({ value }) => (value['provider'] ?? null) !== null);
    if (layer === undefined) return null;
    const { file, at } = layer.placed;
    const key = JSON.stringify([file.path, file.yaml.rangeOf(at), at]);
    const known = this.ofTests.get(key) ?? columnOfTest(layer.value['provider'] ?? null, [...at, 'provider'], file, this.files);
    this.ofTests.set(key, known);
    return known;
  }

  private refuse(problem: string, keys: Path, hint = 'This case ends in an error until it is fixed.'): void {
    this.problem ??= problem;
    const range = this.places.keyOf(keys);
    const path = this.places.fileOf(range)?.path ?? this.config.path;
    this.found.push({ code: 'golden/unsupported', severity: 'error', message: problem, hint, path, range });
  }

  private caseOf(entry: JsonObject): GoldenCase | null {
    const { file } = this.entry.placed;
    const diagnostics = new Diagnostics(file.path);
    const virtual = { ...noYaml(), rangeOf: (at: Path) => this.places.valueOf(at), keyRangeOf: (at: Path) => this.places.keyOf(at) };
    const reader = new CaseReader(new Fields(virtual, diagnostics, 'golden'), file.path, file.lineAt, this.ids);
    const whole = this.places.valueOf([]);
    const { placed } = this.entry;
    const own = { ...file.yaml.rangeOf(placed.at) };
    const [read] = reader.read(entry, [], {
      whole: own,
      valueOf: (keys) => (keys.length === 0 ? whole : this.places.valueOf(keys)),
      keyOf: (keys) => (keys.length === 0 ? whole : this.places.keyOf(keys)),
    });
    for (const item of diagnostics.list) this.found.push({ ...item, path: this.places.fileOf(item.range)?.path ?? item.path });
    if (read === undefined) return null;
    const isHere = (range: GoldenCase['source']['range'] | undefined): boolean => this.places.fileOf(range ?? null) === file;
    return {
      ...read,
      expandLists: false,
      // A place in another file would be taken for one in this file.
      assertions: read.assertions.map(({ range, ...spec }) => (range !== undefined && isHere(range) ? { ...spec, range } : spec)),
      source: { ...read.source, anchor: isHere(read.source.anchor) ? read.source.anchor : own },
      unsupported: this.problem ?? read.unsupported,
    };
  }

  /** The entry as a golden set would have it: what was rendered stands for itself. */
  private entryOf(vars: JsonObject): JsonObject {
    const { rest, metadata, assertions } = this.test;
    const shared = Object.keys(this.environment).length === 0 ? {} : { env: this.environment };
    const options: JsonObject = Object.fromEntries(
      Object.entries(this.test.options).filter(([key]) => !WITHOUT_EFFECT.includes(key) && key !== 'provider' && key !== 'rubricPrompt'),
    );
    for (const key of ['prefix', 'suffix']) {
      const text = options[key];
      if (typeof text !== 'string') continue;
      const rendered = renderNunjucks(text, vars, this.files.environment);
      if ('problem' in rendered) this.refuse(rendered.problem, ['options', key]);
      else options[key] = { [LITERAL]: rendered.text };
    }
    return {
      ...Object.fromEntries(Object.entries(rest).filter(([key]) => !HANDLED.includes(key))),
      vars: Object.fromEntries(Object.entries({ ...shared, ...vars }).map(([name, value]) => [name, { [LITERAL]: value }])),
      ...(Object.keys(options).length === 0 ? {} : { options }),
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
      ...(assertions.length === 0 ? {} : { assert: assertions.map(({ value }, i) => this.assertion(value, vars, ['assert', i])) }),
    };
  }

  /** `$ref: "#/assertionTemplates/NAME"` is that template, with what stands beside it. */
  private withTemplate(item: PlacedAssertion): PlacedAssertion {
    const ref = isJsonObject(item.value) ? item.value['$ref'] : undefined;
    if (!isJsonObject(item.value) || typeof ref !== 'string') return item;
    const name = ref.replace(/^#\/assertionTemplates\//, '');
    const templates = this.root['assertionTemplates'];
    const template = isJsonObject(templates) && Object.hasOwn(templates, name) ? templates[name] : undefined;
    const { $ref: _ref, ...own } = item.value;
    return isJsonObject(template) ? { ...item, value: { ...template, ...own } } : item;
  }

  private assertion(item: JsonValue, vars: JsonObject, at: Path): JsonValue {
    if (!isJsonObject(item) || typeof item['type'] !== 'string') return item;
    const type = stemOf(item['type']);
    if (type === 'meteor')
      for (const key of ['alpha', 'beta', 'gamma'].filter((name) => name in item))
        this.refuse(`\`${key}\` of \`meteor\` is not read, so its score would be another.`, [...at, key]);
    const spec: JsonObject = isJudged(type) ? { ...item } : this.withoutJudge(item, item['type'], at);
    if (Array.isArray(item['assert']))
      spec['assert'] = item['assert'].map((member, i) => this.assertion(member, vars, [...at, 'assert', i]));
    if (isJudged(type)) this.addJudge(spec, type, at);
    const { value } = spec;
    const isOpen = typeof value === 'string' ? !isFileReference(value) : Array.isArray(value);
    if (value !== undefined && isOpen && !isCode(type)) {
      const rendered = renderedValue(value, vars, this.files.environment);
      if ('problem' in rendered) this.refuse(`The value of \`${item['type']}\`: ${rendered.problem}`, [...at, 'value']);
      // What is refused is said once.
      spec['value'] = { [LITERAL]: 'problem' in rendered ? value : rendered.value };
    }
    return type === 'g-eval' && Array.isArray(value) ? setOfCriteria(spec, item['type'], value) : spec;
  }

  /** promptfoo asks no judge for this type, whatever the assertion says. */
  private withoutJudge({ provider, rubricPrompt, ...spec }: JsonObject, type: string, at: Path): JsonObject {
    for (const [key, value] of Object.entries({ provider, rubricPrompt })) {
      if (value === undefined) continue;
      this.warn(`No model judges \`${type}\`, so its \`${key}\` is not read.`, [...at, key]);
    }
    return spec;
  }

  private warn(message: string, keys: Path): void {
    const range = this.places.keyOf(keys);
    const path = this.places.fileOf(range)?.path ?? this.config.path;
    this.found.push({ code: 'promptfoo/ignored', severity: 'warning', message, path, range });
  }

  /** Who judges: the assertion's own provider, else that of the test's options. */
  private addJudge(spec: JsonObject, type: string, at: Path): void {
    const given = spec['provider'] ?? this.test.options['provider'];
    const place: Path = spec['provider'] === undefined ? ['options', 'provider'] : [...at, 'provider'];
    const { provider, said } = judgeProvider(given, isSimilar(type) || type === 'answer-relevance');
    for (const { message, keys, isError } of said)
      if (isError) this.refuse(message, [...place, ...keys]);
      else this.warn(message, [...place, ...keys]);
    if (provider !== null) spec['provider'] = provider;
    else delete spec['provider'];
    const rubric = spec['rubricPrompt'] ?? this.test.options['rubricPrompt'];
    if (rubric !== undefined) spec['rubricPrompt'] = rubric;
  }
}

/** Each criterion of a list is judged by itself, and all must pass. */
function setOfCriteria(spec: JsonObject, type: string, criteria: readonly JsonValue[]): JsonObject {
  const { weight, metric, value, ...member } = spec;
  const rendered = isJsonObject(value) && Array.isArray(value[LITERAL]) ? value[LITERAL] : criteria;
  return {
    type: 'assert-set',
    ...(weight === undefined ? {} : { weight }),
    ...(metric === undefined ? {} : { metric }),
    assert: rendered.map((criterion) => ({ ...member, type, value: { [LITERAL]: criterion } })),
  };
}
