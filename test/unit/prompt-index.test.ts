/** Which files are prompts: by their ending, by a golden set beside them, or because goldset.yaml names them; never by what they say. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { declaredPrompt } from '../../src/core/prompt/formats/declared-prompt.ts';
import { defaultGolden, goldenCandidates, placeOfPrompt } from '../../src/core/prompt/formats/prompt-name.ts';
import { MarkedNames } from '../../src/adapters/workspace/code-index.ts';
import { findPrompts, promptsOfGolden, promptsUsing } from '../../src/adapters/workspace/find-prompts.ts';
import { PromptIndex } from '../../src/adapters/workspace/prompt-index.ts';

const configOf = (text: string): ReturnType<typeof readGoldsetYaml> => readGoldsetYaml('goldset.yaml', text);

describe('the index of prompts', () => {
  const folders: string[] = [];
  const folder = (files: Readonly<Record<string, string>>): string => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-index-'));
    folders.push(root);
    for (const [name, text] of Object.entries({ 'goldset.yaml': '', ...files })) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    return root;
  };
  const found = async (files: Readonly<Record<string, string>>, ...paths: string[]): Promise<string[]> => {
    const root = folder(files);
    return (await findPrompts(paths, root)).map((id) => path.relative(root, id));
  };
  after(() => folders.forEach((root) => rmSync(root, { recursive: true, force: true })));

  it('finds a text file with a golden set beside it, of every ending', async () => {
    const texts = ['a.md', 'b.txt', 'c.j2', 'd.jinja', 'e.jinja2', 'f.hbs', 'g.mustache', 'h.xml', 'i.txt.j2'];
    const sets = 'abcdefghi'.split('').map((name) => `${name}.golden.yaml`);
    assert.deepEqual(await found(Object.fromEntries([...texts, ...sets].map((name) => [name, '']))), texts);
  });

  it('finds nothing in Markdown that looks like a prompt, with no golden set and no entry', async () => {
    const text = 'You are a helpful assistant.\n\nAnswer {{question}} in JSON.\n';
    assert.deepEqual(
      await found({ 'README.md': text, 'prompts/system.md': text, 'docs/prompt.txt': text, 'a.j2': '{% if x %}{{ y }}{% endif %}' }),
      [],
    );
  });

  it('does not take a text for a prompt that stands beside a .prompt with its golden set', async () => {
    assert.deepEqual(await found({ 'triage.prompt': 'x', 'triage.md': 'notes', 'triage.golden.yaml': '[]' }), ['triage.prompt']);
    assert.deepEqual(await found({ 'old.prompt.yml': 'x', 'old.txt': 'notes', 'old.golden.json': '[]' }), ['old.prompt.yml']);
  });

  it('finds what a glob of goldset.yaml names, without what begins with _ and without other files', async () => {
    const files = { 'prompts/a.md': '', 'prompts/deep/b.md': '', 'prompts/_part.md': '', 'prompts/c.txt': '', 'other/d.md': '' };
    assert.deepEqual(await found({ ...files, 'goldset.yaml': 'prompts: { "prompts/**/*.md": { role: system } }\n' }), [
      'prompts/a.md',
      'prompts/deep/b.md',
    ]);
    assert.deepEqual(await found({ ...files, 'goldset.yaml': 'prompts: { "**": {} }\n' }), [
      'other/d.md',
      'prompts/a.md',
      'prompts/c.txt',
      'prompts/deep/b.md',
    ]);
  });

  it('finds what goldset.yaml names exactly, in every spelling of the path', async () => {
    for (const key of ['prompts/_part.md', './prompts/_part.md', 'app/[slug]/prompt.md', 'c#.md'])
      assert.deepEqual(await found({ [key.replace('./', '')]: 'x', 'goldset.yaml': `prompts:\n  "${key}":\n` }), [key.replace('./', '')]);
  });

  it('takes the files of a prompt of several files as one prompt, and each alone only where it is named itself', async () => {
    const files = {
      'prompts/system.md': '',
      'prompts/user.j2': '',
      'prompts/system.golden.yaml': '[]',
      'goldset.yaml':
        'prompts:\n  answer: { messages: [{ role: system, file: prompts/system.md }, { role: user, file: ./prompts/user.j2 }] }\n  "prompts/*": {}\n',
    };
    assert.deepEqual(await found(files), ['prompts/system.md#answer']);
    for (const word of ['answer', 'prompts/system.md', 'prompts/user.j2', 'prompts/system.md#answer', 'prompts/system.golden.yaml'])
      assert.deepEqual(await found(files, word), ['prompts/system.md#answer'], word);
    const both = { ...files, 'goldset.yaml': `${files['goldset.yaml']}  prompts/system.md: {}\n` };
    assert.deepEqual(await found(both), ['prompts/system.md', 'prompts/system.md#answer']);
  });

  it('follows the nearest goldset.yaml, which belongs to its folder alone', async () => {
    const inner = { 'inner/goldset.yaml': 'prompts: { a.md: {} }\n', 'inner/a.md': '', 'inner/b.md': '' };
    assert.deepEqual(await found({ ...inner, 'goldset.yaml': 'prompts: { "**/b.md": {} }\n', 'b.md': '' }), ['b.md', 'inner/a.md']);
  });

  it('says what to do about a text that is no prompt', async () => {
    await assert.rejects(found({ 'notes.md': 'x' }, 'notes.md'), (error: { code?: string; hint?: string }) => {
      assert.equal(error.code, 'path/not-a-prompt');
      assert.match(error.hint ?? '', /golden set beside it.*prompts: \{ notes\.md: \{\} \}/);
      return true;
    });
  });

  it('gives the prompts of a golden set by its name, and by the entry that names it', async () => {
    const root = folder({
      'a.md': '',
      'a.golden.yaml': '[]',
      'b.md': '',
      'sets/b.golden.yaml': '[]',
      'goldset.yaml': 'prompts: { b.md: { golden: sets/b.golden.yaml } }\n',
    });
    const of = async (name: string): Promise<string[]> =>
      (await promptsOfGolden(path.join(root, name))).map((id) => path.relative(root, id));
    assert.deepEqual(await of('a.golden.yaml'), ['a.md']);
    assert.deepEqual(await of('sets/b.golden.yaml'), ['b.md']);
  });

  it('gives the prompts in code of a golden set, by name, by entry and by glob', async () => {
    const root = folder({
      'src/triage.ts': '// goldset: marked\nexport const text = `Hi ${name}`;\n',
      'src/triage.marked.golden.yaml': '[]',
      'src/other.ts': '// goldset: shared\nexport const text = `Bye ${name}`;\n',
      'src/shared.golden.yaml': '[]',
      'goldset.yaml': 'prompts: { "src/other.*": { golden: src/shared.golden.yaml } }\n',
    });
    const of = async (name: string): Promise<string[]> =>
      (await promptsOfGolden(path.join(root, name))).map((id) => path.relative(root, id));
    assert.deepEqual(await of('src/triage.marked.golden.yaml'), ['src/triage.ts#marked']);
    assert.deepEqual(await of('src/shared.golden.yaml'), ['src/other.ts#shared']);
  });

  it('reads no source file that cannot use a golden set, and parses a text once', async () => {
    const source = '// goldset: marked\nexport const text = `Hi ${name}`;\n';
    const root = folder({
      'a.prompt': 'Hi',
      'a.golden.yaml': '[]',
      'b.ts': source,
      'c.ts': source,
      'b.marked.golden.yaml': '[]',
      'c.py': '# goldset: other\ntext = f"Hi {name}"\n',
    });
    const asked: string[] = [];
    class Watched extends MarkedNames {
      override of(shown: string, text: string): readonly string[] {
        asked.push(shown);
        return super.of(shown, text);
      }
    }
    const marked = new Watched();
    const index = new PromptIndex({ root, config: configOf('').config }, marked);
    assert.deepEqual(await promptsUsing(path.join(root, 'a.golden.yaml'), index), [path.join(root, 'a.prompt')]);
    assert.deepEqual(asked, []);
    assert.deepEqual(await promptsUsing(path.join(root, 'b.marked.golden.yaml'), index), [path.join(root, 'b.ts#marked')]);
    assert.deepEqual(asked, ['b.ts']);
    const names = marked.of('b.ts', source);
    assert.deepEqual([names, marked.of('c.ts', source) === names, marked.of('b.ts', `${source} `) === names], [['marked'], true, false]);
  });

  it('tells the golden set of an unnamed call from that of a prompt that a comment names with a number', async () => {
    const source = 'function classify() {}\n// goldset: reply-2\nconst text = `You answer.`;\n';
    const files = { 'a.ts': source, 'a.classify-1.golden.yaml': '[]', 'a.reply-2.golden.yaml': '[]' };
    assert.deepEqual((await found(files)).sort(), ['a.ts#classify:1', 'a.ts#reply-2']);
  });

  it('has no prompt outside its root', () => {
    const root = folder({ 'goldset.yaml': '' });
    const index = new PromptIndex({ root, config: configOf('prompts: { "../**": {}, "../x.md": {} }').config });
    assert.deepEqual(index.promptsOf(path.resolve(root, '../x.md')), []);
  });
});

describe('the id of a prompt', () => {
  it('is its file, or a file and a name', () => {
    const rows: [string, string, string | null][] = [
      ['src/triage.ts#SYSTEM_PROMPT', 'src/triage.ts', 'SYSTEM_PROMPT'],
      ['src/a.py#build.1', 'src/a.py', 'build.1'],
      ['prompts/system.md#answer', 'prompts/system.md', 'answer'],
      ['prompts/a#b.prompt', 'prompts/a#b.prompt', null],
      ['docs/c#.md', 'docs/c#.md', null],
      ['a.md#b/c.ts', 'a.md#b/c.ts', null],
      ['issue#12', 'issue#12', null],
    ];
    for (const [id, file, name] of rows) assert.deepEqual(placeOfPrompt(id), { file, name }, id);
  });

  it('gives the golden set its name', () => {
    assert.equal(defaultGolden('p/system.md'), 'p/system.golden.yaml');
    assert.equal(defaultGolden('p/mail.txt.j2'), 'p/mail.txt.golden.yaml');
    assert.equal(defaultGolden('src/triage.ts#SYSTEM_PROMPT'), 'src/triage.SYSTEM_PROMPT.golden.yaml');
    // Windows has no `:` in the names of files; one that an earlier version wrote elsewhere is read.
    assert.deepEqual(
      goldenCandidates('src/triage.ts#classify:1').filter((name) => name.endsWith('.yaml')),
      ['src/triage.classify-1.golden.yaml', 'src/triage.classify:1.golden.yaml'],
    );
    assert.equal(defaultGolden('p/system.md#answer'), 'p/answer.golden.yaml');
    assert.equal(defaultGolden('p/triage.formal.prompt'), 'p/triage.formal.golden.yaml');
    assert.equal(defaultGolden('p/old.prompt.yml'), 'p/old.golden.yaml');
    assert.deepEqual(
      goldenCandidates('p/mail.txt.j2').filter((name) => name.endsWith('.yaml')),
      ['p/mail.txt.golden.yaml', 'p/mail.golden.yaml'],
    );
  });
});

describe('an entry of `prompts:`', () => {
  const problems = (text: string): string[] => configOf(text).diagnostics.map(({ code, message }) => `${code} ${message}`);

  it('is merged from globs in their order and the exact path, field by field', () => {
    const { prompts } = configOf(
      'prompts:\n  prompts/a.md: { model: "m:exact" }\n  "prompts/**": { model: "m:glob", role: system, parameters: { temperature: 0, seed: 1 } }\n  "**/*.md": { syntax: python, parameters: { seed: 2 } }\n',
    ).config;
    const a = declaredPrompt(prompts, 'prompts/a.md');
    assert.deepEqual([a?.model, a?.role, a?.syntax, a?.parameters], ['m:exact', 'system', 'python', { temperature: 0, seed: 2 }]);
    assert.equal(declaredPrompt(prompts, 'prompts/b.md')?.model, 'm:glob');
    assert.equal(declaredPrompt(prompts, 'src/a.ts'), null);
  });

  it('reports what it cannot hold, at once and with its name', () => {
    assert.deepEqual(problems('prompts: { a.md: { role: assistant } }'), [
      'config/invalid-value `prompts.a.md.role` must be system, user, not "assistant".',
    ]);
    assert.deepEqual(problems('prompts: { a.md: { syntax: erb } }'), [
      'config/invalid-value `prompts.a.md.syntax` must be mustache, jinja, nunjucks, handlebars, python, dollar, percent, none, not "erb".',
    ]);
    assert.deepEqual(problems('prompts: { a.md: { parameters: { temperature: hot } } }'), [
      'config/invalid-value `prompts.a.md.parameters.temperature` must be a number of at least 0.',
    ]);
    assert.deepEqual(problems('prompts: { answer: { messages: [{ role: system }] } }'), [
      'config/invalid-value A message needs a `file`, from the folder of goldset.yaml.',
    ]);
    assert.deepEqual(problems('prompts: { answer: { messages: [] } }'), [
      'config/invalid-value `messages` must list at least one `{ role, file }`.',
    ]);
    assert.deepEqual(problems('prompts: { answer: { model: x } }'), [
      'config/not-a-prompt `answer` is no file that Goldset reads as a prompt.',
    ]);
    assert.deepEqual(problems('prompts: { a.golden.yaml: {} }'), ['config/not-a-prompt `a.golden.yaml` is a golden set, not a prompt.']);
    assert.deepEqual(problems('prompts: { a.md: yes-please }'), [
      'config/invalid-value `prompts.a.md` must be a map, such as { model: provider:model }. {} names the prompt alone.',
    ]);
    assert.deepEqual(problems('prompts: { a.md: { modle: x } }'), ['config/unknown-key Unknown key `modle`.']);
    assert.deepEqual(problems('prompts: { a.md: , "src/a.py#build": { build: "file://s.py:build" } }'), []);
  });
});
