/** The real template engines of other languages, where they are installed: Python 3 with Debian's package python3-jinja2. */
import { spawnSync } from 'node:child_process';
import type { JsonObject } from '../../src/core/json/json.ts';

export interface RenderingCase {
  readonly name: string;
  readonly syntax: string;
  readonly template: string;
  readonly vars?: JsonObject;
  readonly files?: Readonly<Record<string, string>>;
  /** What the real engine rendered, or what it said instead. */
  readonly text?: string;
  readonly error?: string;
  /** What Goldset does instead, and why. */
  readonly ours?: string;
  readonly because?: string;
}

export interface ReferenceAnswer {
  readonly text?: string;
  readonly error?: string;
}

/** Debian's own interpreter is the reference; another one that comes first in the path may lack the package. */
const INTERPRETERS = ['/usr/bin/python3', 'python3'];

/** Answers in the order of the requests; null: this interpreter is not installed. */
function ask(python: string, requests: readonly object[]): ReferenceAnswer[] | null {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const { status, stdout, error } = spawnSync(python, ['test/references/render.py'], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error !== undefined || status !== 0) return null;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReferenceAnswer);
}

export interface PythonEngine {
  /** Null: the package python3-jinja2 is not installed. */
  readonly jinja2: string | null;
  readonly ask: (requests: readonly object[]) => ReferenceAnswer[];
}

/** The Python of this machine, with Jinja2 if any has it; null: there is no Python. */
export function pythonEngine(): PythonEngine | null {
  const found = INTERPRETERS.flatMap((python) => {
    const [answer] = (ask(python, [{ syntax: 'version' }]) ?? []) as { jinja2?: string | null }[];
    return answer === undefined ? [] : [{ python, jinja2: answer.jinja2 ?? null }];
  });
  const best = found.find(({ jinja2 }) => jinja2 !== null) ?? found[0];
  if (best === undefined) return null;
  return { jinja2: best.jinja2, ask: (requests) => ask(best.python, requests) ?? [] };
}
