/**
 * Code assertions: each in a process of its own, if it is permitted. Its environment is PATH and what goldset.yaml names; JavaScript has
 * Node's permission model, where there is one.
 */
import path from 'node:path';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import type { CodeConfig } from '../../core/config/goldset-yaml.ts';
import type { Permit } from '../../core/trust/execution.ts';
import type { CodeJob, CodeRunner } from '../../core/grade/code-assertion.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { excerpt } from '../../core/text/text.ts';
import { isInside } from '../within.ts';
import { pythonProgram } from '../workspace/python.ts';
import { JAVASCRIPT_HOST } from './javascript-host.ts';
import { IMPORT_ARGUMENTS, transpiler } from './javascript-import.ts';
import { permissionArguments } from './node-permission.ts';
import { lastOutput, runProcess, variables } from './run-process.ts';

/** Processes at once. */
const AT_ONCE = 4;

const PYTHON = `
import sys
# Modules of the workspace come behind Python's own, which code of the workspace must not replace, and before packages.
if sys.path and sys.path[0] == "": sys.path.pop(0)
import asyncio, importlib.util, inspect, json, os, textwrap
def reach(folder):
    at = next((i for i, name in enumerate(sys.path) if name.rstrip("/\\\\").endswith(("site-packages", "dist-packages"))), len(sys.path))
    sys.path.insert(at, folder)
reach(os.getcwd())
job = json.loads(sys.stdin.read())
source, output, context = job["source"], job["output"], job["context"]
def compiled(code):
    scope = {}
    try:
        expression = compile(code.strip(), "<assertion>", "eval")
        return lambda output, context: eval(expression, {"output": output, "context": context, "json": json})
    except SyntaxError:
        exec("def check(output, context):\\n" + textwrap.indent(textwrap.dedent(code), "    "), {"json": json}, scope)
        return scope["check"]
def loaded(file, name):
    reach(os.path.dirname(file))
    spec = importlib.util.spec_from_file_location("assertion", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name or "get_assert")
try:
    call = compiled(source["code"]) if "code" in source else loaded(source["file"], source["name"])
    value = call(output, context)
    if inspect.isawaitable(value):
        value = asyncio.run(value)
    answer = json.dumps({"value": value})
except BaseException as error:
    answer = json.dumps({"error": f"{type(error).__name__}: {error}"})
with os.fdopen(3, "w") as channel:
    channel.write(answer)
`;

export class ProcessCodeRunner implements CodeRunner {
  private free = AT_ONCE;
  private permissions: readonly string[] | null = null;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly root: string,
    private readonly config: CodeConfig,
    private readonly permit: Permit,
  ) {}

  async run(job: CodeJob): Promise<JsonValue> {
    const { env, python } = this.config;
    this.permit({ kind: 'code', language: job.language, source: job.source, env, python });
    const source = 'file' in job.source ? { ...job.source, file: this.fileIn(job.source.file) } : job.source;
    await this.turn();
    try {
      return await this.answerOf({ ...job, source });
    } finally {
      this.free++;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    while (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.free--;
  }

  private async answerOf({ language, ...input }: CodeJob): Promise<JsonValue> {
    const { env, timeout, python } = this.config;
    const isPython = language === 'python';
    // In the extension host the program is VS Code's own, which is a plain Node with this variable.
    const own = isPython ? {} : { ELECTRON_RUN_AS_NODE: '1' };
    const { answer, printed, code } = await runProcess({
      command: isPython ? pythonProgram(this.root, python) : process.execPath,
      args: isPython ? ['-c', PYTHON] : [...this.permissionArguments(), ...IMPORT_ARGUMENTS, '-e', JAVASCRIPT_HOST],
      cwd: this.root,
      env: { ...variables(env), ...own },
      input: JSON.stringify({ ...input, transpiler: transpiler() }),
      timeoutMs: timeout * 1000,
      answer: 'channel',
    }).catch((error: unknown) => {
      throw isHumanError(error) ? new HumanError('code/stopped', `The code: ${error.message}`, error.hint) : error;
    });
    const value = parseJson(answer);
    if (!isJsonObject(value)) {
      throw new HumanError('code/crashed', `The code ended without a result (exit code ${code ?? 'none'}).${lastOutput(printed)}`);
    }
    if (typeof value['error'] === 'string') throw new HumanError('code/error', `The code failed: ${excerpt(value['error'], 500)}`);
    return value['value'] ?? null;
  }

  private permissionArguments(): readonly string[] {
    this.permissions ??= permissionArguments(process.execPath, this.root, transpiler());
    return this.permissions;
  }

  /** By real path: no link and no `..` leads out of the workspace. */
  private fileIn(given: string): string {
    const file = path.resolve(this.root, given);
    if (!isInside(this.root, file))
      throw new HumanError('code/missing', `There is no file ${given} in this workspace.`, '`file://` is relative to the golden set.');
    return file;
  }
}
