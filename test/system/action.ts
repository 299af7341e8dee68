/** What a runner does with an action: its steps by bash, with its inputs and an event; and a server with GitHub's comment endpoints. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { ended, type TestWorkspace } from './command-line.ts';

interface Comment {
  readonly id: number;
  body: string;
}

/** Issue comments of one pull request, as GitHub's REST API has them. */
export class CommentServer {
  readonly comments: Comment[] = [{ id: 1, body: 'A person says something.' }];
  readonly tokens = new Set<string>();
  private readonly server: Server;

  constructor(private readonly refuse = false) {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        this.tokens.add(request.headers.authorization ?? '');
        const send = (status: number, value: unknown): void =>
          void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
        const { pathname } = new URL(request.url ?? '/', 'http://x');
        const text = body === '' ? '' : (JSON.parse(body) as { body: string }).body;
        if (this.refuse) return send(403, { message: 'Resource not accessible by integration' });
        if (request.method === 'GET' && pathname === '/repos/ana/shop/issues/7/comments') return send(200, this.comments);
        if (request.method === 'POST' && pathname === '/repos/ana/shop/issues/7/comments') {
          this.comments.push({ id: this.comments.length + 1, body: text });
          return send(201, this.comments.at(-1));
        }
        const own = this.comments.find(({ id }) => pathname === `/repos/ana/shop/issues/comments/${id}`);
        if (request.method !== 'PATCH' || !own) return send(404, { message: 'Not Found' });
        own.body = text;
        return send(200, own);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }
}

export interface Step {
  readonly name: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

/** The action.yml of a folder. */
export const readAction = (folder: string): Action => parse(readFileSync(path.join(folder, 'action.yml'), 'utf8')) as Action;

/** A pull request from the head of a workspace, on ana/shop. */
export interface PullRequest {
  readonly base: string;
  readonly name?: string;
  readonly head?: string;
  readonly fork?: boolean;
  readonly inputs?: Readonly<Record<string, string>>;
}
export interface Acted {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly summary: string;
}

/** Runs the shell text of the steps of the action in `folder`, each with its own environment, until one fails. */
export async function act(
  folder: string,
  steps: readonly Step[],
  workspace: TestWorkspace,
  api: string,
  pull: PullRequest,
): Promise<Acted> {
  const { inputs: declared } = readAction(folder);
  const defaults = Object.fromEntries(Object.entries(declared).map(([name, input]) => [name, input.default]));
  const inputs: Record<string, string> = { ...defaults, ...pull.inputs, token: 'ghs_planted' };
  const ofFork = "github.event.pull_request.head.repo.full_name == github.repository && inputs.token || ''";
  const fill = (text: string): string =>
    text
      .replace(`\${{ ${ofFork} }}`, pull.fork === true ? '' : (inputs['token'] ?? ''))
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? '');
  const event = {
    number: 7,
    base: { sha: pull.base },
    head: { sha: pull.head ?? workspace.git('rev-parse', 'HEAD').trim(), repo: { full_name: pull.fork ? 'mallory/shop' : 'ana/shop' } },
  };
  writeFileSync(path.join(workspace.root, 'event.json'), JSON.stringify({ pull_request: event }));
  const summaryFile = path.join(workspace.root, 'summary.md');
  const acted = { code: null as number | null, out: '', err: '' };
  for (const { run, env } of steps) {
    if (run === undefined) continue;
    const child = spawn('bash', ['-eo', 'pipefail', '-c', run], {
      cwd: workspace.root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: workspace.root,
        // On a runner, HOME is outside the checkout.
        GOLDSET_CONFIG_DIR: process.env['GOLDSET_CONFIG_DIR'] ?? '',
        GITHUB_ACTION_PATH: path.resolve(folder),
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKFLOW: 'prompts',
        GITHUB_REPOSITORY: 'ana/shop',
        GITHUB_EVENT_NAME: pull.name ?? 'pull_request',
        GITHUB_EVENT_PATH: path.join(workspace.root, 'event.json'),
        GITHUB_STEP_SUMMARY: summaryFile,
        GITHUB_API_URL: api,
        ...Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, fill(value)])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, out, err } = await ended(child);
    acted.code = code;
    acted.out += out;
    acted.err += err;
    if (code !== 0) break;
  }
  return { ...acted, summary: existsSync(summaryFile) ? readFileSync(summaryFile, 'utf8') : '' };
}
