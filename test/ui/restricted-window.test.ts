/** A folder that attacks whoever opens it, in a window in Restricted Mode: Goldset starts no process, writes nothing and sends nothing. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chatServers } from './chat-server.ts';
import { isEverything } from './themes.ts';
import { walk, Workbench } from './workbench-page.ts';

interface Noted {
  readonly kind: 'process' | 'connection';
  readonly what: string;
  readonly stack: string;
}

/** Those that could start, write or send something; `npm run test:all` runs each command that the palette has. */
const COMMANDS = [
  'Run Prompt Under Cursor',
  'Preview Request',
  'Show Cost Breakdown',
  'Evaluate Changes Against HEAD',
  'Show Interactions',
  'Clear Response Cache',
];
/** They open a document that is not saved: that is no write. */
const EDITING = ['New Prompt', 'Add Golden Case', 'Make Golden Case from Interaction', 'Customize a Judge…'];

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string }[] };
  };
}

function everyCommand(): string[] {
  const { commands, menus } = (JSON.parse(readFileSync('package.json', 'utf8')) as Manifest).contributes;
  const hidden = new Set(menus.commandPalette.map(({ command }) => command));
  return commands.filter(({ command, title }) => !hidden.has(command) && !EDITING.includes(title)).map(({ title }) => title);
}

/** Every file below, with its hash or where it leads; what the window itself writes is left out. */
function snapshot(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(root, name);
    const stats = lstatSync(file);
    if (name.split(path.sep)[0] === '.vscode' || stats.isDirectory()) continue;
    found[name] = stats.isSymbolicLink() ? readlinkSync(file) : createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  return found;
}

describe('a folder that attacks, in Restricted Mode', () => {
  const chat = chatServers();
  let outside = '';
  beforeEach(() => (outside = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-victim-')))));
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  const attacked = async (): Promise<Workbench> => {
    const ran = path.join(outside, 'ran');
    writeFileSync(path.join(outside, '.bashrc'), '# own\n');
    const workbench = await Workbench.open({
      restricted: true,
      open: null,
      environment: {
        NODE_OPTIONS: `--import=${path.resolve('test/ui/harness/watch-processes.mjs')}`,
        GOLDSET_TEST_WATCH: path.join(outside, 'watched.jsonl'),
        OPENAI_API_KEY: 'sk-of-the-user-0123456789',
      },
      files: {
        'goldset.yaml': [
          `providers:\n  box: { kind: openai-compatible, baseUrl: "${chat.url}/v1", apiKeyEnv: OPENAI_API_KEY }\n  tool: { kind: command, command: [touch, "${ran}"] }`,
          `code: { python: "${ran}.py" }`,
          'capture: { keepDays: 1 }',
        ].join('\n'),
        'evil.js': `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '');`,
        'evil.prompt': '---\nmodel: box:small\n---\nquestion {{n}}\n',
        'evil.golden.yaml': '- vars: { n: 1 }\n  assert: [{ type: javascript, value: "file://evil.js" }]\n',
        'tool.prompt': '---\nmodel: tool:x\n---\nquestion {{n}}\n',
        'tool.golden.yaml': '- vars: { n: 1 }\n  assert: [{ type: equals, value: a }]\n',
      },
    });
    // As a clone of it would look: a data folder that is a link, programs in git's configuration.
    symlinkSync(outside, path.join(workbench.root, '.goldset'), 'junction');
    const config = path.join(workbench.root, '.git/config');
    writeFileSync(config, `${readFileSync(config, 'utf8')}[core]\n\tfsmonitor = touch ${ran}\n[filter "evil"]\n\tclean = touch ${ran}\n`);
    writeFileSync(path.join(workbench.root, '.gitattributes'), '* filter=evil\n');
    return workbench;
  };

  walk('starts no process but git --version, writes nothing and sends nothing, until it is trusted', attacked, async (workbench) => {
    const { page, root } = workbench;
    const before = snapshot(root);
    const noted = (): Noted[] => {
      const file = path.join(outside, 'watched.jsonl');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Noted).filter(({ stack }) => stack.includes('goldset.goldset-'));
    };
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    for (const name of ['evil.prompt', 'tool.prompt']) {
      await workbench.openFile(name);
      await workbench.lens(/Run 1/).waitFor();
      await page.locator('.monaco-editor .view-line').last().click();
    }
    for (const title of isEverything ? everyCommand() : COMMANDS) {
      await workbench.command(`Goldset: ${title}`);
      await page.keyboard.press('Escape');
    }
    await workbench.openFile('evil.golden.yaml');
    await workbench.command('View: Show Goldset');
    await workbench.shot('restricted-attack');
    const strange = noted().filter(({ kind, what }) => kind === 'connection' || !/(^|\/)git --version$/.test(what));
    assert.deepEqual(strange, []);
    assert.deepEqual(snapshot(root), before);
    assert.deepEqual(
      readdirSync(outside).filter((name) => name !== 'watched.jsonl'),
      ['.bashrc'],
    );
    assert.equal(readFileSync(path.join(outside, '.bashrc'), 'utf8'), '# own\n');
    assert.deepEqual(chat.server.keys, []);
    // The watch sees what it looks for: once the folder is trusted, git is run.
    await workbench.command('Workspaces: Manage Workspace Trust');
    await page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    while (!noted().some(({ kind, what }) => kind === 'process' && /git .*(rev-parse|cat-file|log)/.test(what)))
      await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
  });
});
