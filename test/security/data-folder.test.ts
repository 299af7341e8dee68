/** `.goldset/` may have come with the repository: no link in it is followed, and nothing in it counts that Goldset did not write here. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { dataFolder, DataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { isHumanError } from '../../src/core/problems/errors.ts';
import { Attacked, fill, READERS, WRITERS } from './data-folder.ts';

const KINDS = ['link', 'dangling link', 'hard link', 'linked folder'] as const;

describe('the data folder', () => {
  let attacked: Attacked;
  beforeEach(() => {
    attacked = new Attacked();
  });
  afterEach(() => attacked.dispose());

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: attacked.root, encoding: 'utf8' });

  const found = (): string =>
    Object.values(READERS)
      .map(({ read }) => read(attacked.root))
      .join('');

  async function attempt(write: (root: string) => unknown): Promise<void> {
    try {
      await write(attacked.root);
    } catch (error) {
      const { cause, code } = error as NodeJS.ErrnoException;
      assert.ok(isHumanError(error) || isHumanError(cause) || code === 'EEXIST', String(error));
    }
  }

  for (const [name, { file, write }] of Object.entries(WRITERS)) {
    it(`takes ${name} where nothing is planted`, async () => {
      await write(attacked.root);
      assert.ok(existsSync(path.dirname(attacked.at(file))));
    });

    for (const kind of KINDS)
      it(`does not write ${name} through a ${kind}`, async () => {
        dataFolder(attacked.root).adopt();
        if (kind === 'linked folder' && !file.includes('/')) return attempt(write);
        attacked.plant(file, kind);
        await attempt(write);
        assert.equal(attacked.victimText(), 'alias ls=ls\n');
        assert.deepEqual(readdirSync(attacked.outside), ['.bashrc']);
      });
  }

  it('is not made through a link in its own place', async () => {
    symlinkSync(attacked.outside, attacked.data);
    for (const { write } of Object.values(WRITERS)) await attempt(write);
    assert.deepEqual(readdirSync(attacked.outside), ['.bashrc']);
    assert.throws(() => dataFolder(attacked.root).adopt(), { code: 'data/link' });
  });

  it('is not made in the place of a file', async () => {
    writeFileSync(attacked.data, 'a file');
    for (const { write } of Object.values(WRITERS)) await attempt(write);
    assert.equal(readFileSync(attacked.data, 'utf8'), 'a file');
  });

  for (const part of ['.new', `.${process.pid}.part`, `.${process.pid}.new`])
    it(`does not write through a part file that ends with ${part.replace(String(process.pid), 'PID')}`, async () => {
      dataFolder(attacked.root).adopt();
      for (const file of new Set(Object.values(WRITERS).map((writer) => writer.file))) {
        mkdirSync(path.dirname(attacked.at(file)), { recursive: true });
        symlinkSync(attacked.victim, `${attacked.at(file)}${part}`);
      }
      for (const { write } of Object.values(WRITERS)) await attempt(write);
      assert.equal(attacked.victimText(), 'alias ls=ls\n');
    });

  it('is not adopted while a link is in it, however deep', () => {
    mkdirSync(attacked.at('cache/deep'), { recursive: true });
    symlinkSync(attacked.victim, attacked.at('cache/deep/x'));
    assert.throws(() => dataFolder(attacked.root).adopt(), { code: 'data/link' });
    assert.equal(existsSync(attacked.at('mark')), false);
  });

  it('leads to no place outside by the name of a run', () => {
    dataFolder(attacked.root).adopt();
    writeFileSync(path.join(attacked.outside, 'x.goldset-run.jsonl'), '{}\n');
    for (const name of ['../../../home/x', '..', 'a/b', 'a\\b', 'c:x', 'x\0', '']) {
      assert.equal(dataFolder(attacked.root).readable('runs', name), null);
      assert.throws(() => dataFolder(attacked.root).writable('runs', name), { code: 'data/name' });
      assert.throws(() => dataFolder(attacked.root).folder('batches', name), { code: 'data/name' });
    }
  });

  describe('is read', () => {
    it('when Goldset made it on this machine', () => {
      fill(attacked.root);
      for (const [name, { read }] of Object.entries(READERS)) assert.notEqual(read(attacked.root), '', name);
    });

    /** Each makes of a folder that is read one that must not be. */
    const FORGED: Readonly<Record<string, () => void>> = {
      'has no mark': () => rmSync(attacked.at('mark')),
      'has an empty mark': () => writeFileSync(attacked.at('mark'), ''),
      'has a mark of another form': () => writeFileSync(attacked.at('mark'), 'f'.repeat(64)),
      'has the mark of a folder at another path': () => {
        const other = path.join(attacked.base, 'other');
        mkdirSync(other);
        dataFolder(other).adopt();
        cpSync(path.join(other, '.goldset', 'mark'), attacked.at('mark'));
      },
      'has a link as its mark': () => {
        renameSync(attacked.at('mark'), path.join(attacked.outside, 'mark'));
        symlinkSync(path.join(attacked.outside, 'mark'), attacked.at('mark'));
      },
      'has the mark of another machine': () => {
        const own = process.env['GOLDSET_CONFIG_DIR'];
        process.env['GOLDSET_CONFIG_DIR'] = path.join(attacked.base, 'config-of-another');
        try {
          new DataFolder(attacked.root).adopt();
        } finally {
          if (own === undefined) delete process.env['GOLDSET_CONFIG_DIR'];
          else process.env['GOLDSET_CONFIG_DIR'] = own;
        }
      },
      'is a link to a folder with a mark': () => {
        renameSync(attacked.data, path.join(attacked.outside, '.goldset'));
        symlinkSync(path.join(attacked.outside, '.goldset'), attacked.data);
      },
    };
    for (const [name, forge] of Object.entries(FORGED))
      it(`by no reader when it ${name}`, () => {
        fill(attacked.root);
        forge();
        assert.equal(found(), '');
      });

    for (const [name, { file, read }] of Object.entries(READERS)) {
      it(`without ${name} that are a link`, () => {
        fill(attacked.root);
        renameSync(attacked.at(file), path.join(attacked.outside, 'moved'));
        symlinkSync(path.join(attacked.outside, 'moved'), attacked.at(file));
        assert.equal(read(attacked.root), '');
      });

      it(`without ${name} once git tracks them`, () => {
        fill(attacked.root);
        git('init', '-q');
        assert.notEqual(read(attacked.root), '');
        git('add', '-f', `.goldset/${file}`);
        assert.equal(read(attacked.root), '');
      });
    }
  });

  describe('sees what git tracks', () => {
    const SCORES = '.goldset/scores.jsonl';
    const track = (): void => void git('add', '-f', SCORES);
    /** Each makes a repository whose index has the scores; gives the workspace's root. */
    const REPOSITORIES: Readonly<Record<string, () => string | undefined>> = {
      'in an index of version 4': () => {
        git('init', '-q');
        writeFileSync(path.join(attacked.root, '.goldset-a'), 'a');
        git('add', '.goldset-a');
        track();
        git('update-index', '--index-version', '4');
        return undefined;
      },
      'in an index with extended flags': () => {
        git('init', '-q');
        writeFileSync(path.join(attacked.root, 'later'), 'a');
        git('add', '--intent-to-add', 'later');
        track();
        return undefined;
      },
      'in a split index': () => {
        git('init', '-q');
        track();
        git('update-index', '--split-index');
        return undefined;
      },
      'in a repository with SHA-256': () => {
        git('init', '-q', '--object-format=sha256');
        track();
        return undefined;
      },
      'in a repository above the workspace': () => {
        execFileSync('git', ['init', '-q'], { cwd: attacked.base });
        track();
        return undefined;
      },
      'in a repository above one that does not': () => {
        execFileSync('git', ['init', '-q'], { cwd: attacked.base });
        track();
        git('init', '-q');
        return undefined;
      },
      'in a linked work tree': () => {
        git('init', '-q', '-b', 'main');
        git('commit', '-q', '--allow-empty', '-m', 'one');
        git('worktree', 'add', '-q', path.join(attacked.base, 'tree'));
        const root = path.join(attacked.base, 'tree');
        cpSync(attacked.data, path.join(root, '.goldset'), { recursive: true });
        dataFolder(root).adopt();
        execFileSync('git', ['add', '-f', SCORES], { cwd: root });
        return root;
      },
      'under a name that differs in case': () => {
        git('init', '-q');
        const hash = git('hash-object', '-w', SCORES).trim();
        git('update-index', '--add', '--cacheinfo', `100644,${hash},.GoldSet/SCORES.jsonl`);
        return undefined;
      },
      'under the short name of Windows': () => {
        git('init', '-q');
        const hash = git('hash-object', '-w', SCORES).trim();
        git('-c', 'core.protectNTFS=false', 'update-index', '--add', '--cacheinfo', `100644,${hash},GOLDSE~1/scores.jsonl`);
        return undefined;
      },
      'as a submodule': () => {
        git('init', '-q');
        git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},.goldset`);
        return undefined;
      },
    };
    for (const [name, make] of Object.entries(REPOSITORIES))
      it(`${name}, and does not use it`, () => {
        fill(attacked.root);
        const root = make() ?? attacked.root;
        const { problem } = dataFolder(root);
        assert.equal(problem?.code, 'data/tracked');
        assert.match(problem.hint ?? '', /rm -r -q --cached \.goldset$/);
        assert.throws(() => dataFolder(root).writable('calibration.json'), { code: 'data/tracked' });
      });

    it('and a file of it that was deleted is still not written', () => {
      fill(attacked.root);
      git('init', '-q');
      track();
      rmSync(attacked.at('scores.jsonl'));
      assert.equal(dataFolder(attacked.root).problem, null);
      assert.throws(() => dataFolder(attacked.root).writable('scores.jsonl'), { code: 'data/tracked' });
      assert.doesNotThrow(() => dataFolder(attacked.root).writable('calibration.json'));
    });

    it('and an index that cannot be read closes the folder', () => {
      fill(attacked.root);
      git('init', '-q');
      writeFileSync(path.join(attacked.root, '.git', 'index'), Buffer.from('DIRC\0\0\0\u0009\0\0\0\u0001'));
      assert.equal(dataFolder(attacked.root).problem?.code, 'data/index');
    });

    it('and a repository that tracks other files does not close it', () => {
      fill(attacked.root);
      git('init', '-q');
      writeFileSync(path.join(attacked.root, '.goldset-notes'), 'a');
      git('add', '-A');
      assert.equal(git('ls-files').trim(), '.goldset-notes');
      assert.equal(dataFolder(attacked.root).problem, null);
    });
  });

  describe('has a mark', () => {
    it('that only the user reads, and a .gitignore, from its first moment', () => {
      dataFolder(attacked.root).folder('runs');
      assert.equal(readFileSync(attacked.at('.gitignore'), 'utf8'), '*\n');
      assert.equal(lstatSync(attacked.at('mark')).mode & 0o077, 0);
      assert.deepEqual(readdirSync(attacked.root), ['.goldset']);
    });

    it('of a secret that only the user reads', () => {
      dataFolder(attacked.root).adopt();
      const file = path.join(process.env['GOLDSET_CONFIG_DIR'] ?? '', 'folder-secret');
      assert.equal(lstatSync(file).mode & 0o077, 0);
      assert.notEqual(readFileSync(attacked.at('mark'), 'utf8').trim(), readFileSync(file, 'utf8').trim());
    });

    it('of no secret that is in the repository', () => {
      const own = process.env['GOLDSET_CONFIG_DIR'];
      process.env['GOLDSET_CONFIG_DIR'] = path.join(attacked.root, '.config');
      try {
        assert.throws(() => new DataFolder(attacked.root).adopt(), { code: 'data/secret' });
        assert.throws(() => new DataFolder(attacked.root).folder('runs'), { code: 'data/secret' });
      } finally {
        if (own === undefined) delete process.env['GOLDSET_CONFIG_DIR'];
        else process.env['GOLDSET_CONFIG_DIR'] = own;
      }
    });
  });
});
