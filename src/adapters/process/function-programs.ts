/**
 * The programs that hold a function of the user's: each reads `{ file, name }` in the first line, and the variables of a case, or a list of
 * arguments, in every other, and answers each line with `{ value }` or `{ error }`. An error for a module that is missing names it, and who misses it. The
 * first line of a JavaScript program also says where the transpiler is.
 */
import { IMPORTED } from './javascript-import.ts';

export const JAVASCRIPT_FUNCTION = `
const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
let transpiler = null;
${IMPORTED}
const say = (answer) => {
  const bytes = Buffer.from(JSON.stringify(answer) + '\\n');
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(3, bytes, at);
};
const hint = (error) => (error?.code === 'ERR_ACCESS_DENIED' ? ' It may read files of the repository, and nothing else.' : '');
const missing = (error) => (['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error?.code) ? { missing: true } : {});
let call = null;
const loaded = async ({ file, name, isData }) => {
  const module = await imported(file);
  const found = name === null ? (module.default?.default ?? module.default ?? module.build) : (module[name] ?? module.default?.[name]);
  const own = name === null && typeof found !== 'function' ? (found?.build ?? module.build) : found;
  // Tests may be there without a function.
  if (isData && typeof own !== 'function' && typeof found === 'object' && found !== null) return () => found;
  if (typeof own !== 'function') throw new Error('the file exports no function' + (name === null ? '' : ' ' + name));
  return own;
};
const answer = async (line) => {
  const job = JSON.parse(line);
  if (call === null) {
    transpiler = job.transpiler;
    call = await loaded(job);
    return { value: null };
  }
  const value = await call(...(job.arguments ?? [job.variables]));
  return { value: value === undefined ? null : value };
};
let last = Promise.resolve();
require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    last = last.then(() => answer(line).then(say)).catch((error) => say({ error: String(error?.message ?? error) + hint(error), ...missing(error) }));
  })
  .on('close', () => process.exit(0));
`;

export const PYTHON_FUNCTION = `
import sys
# Modules of the workspace come behind Python's own, which code of the workspace must not replace, and before packages.
if sys.path and sys.path[0] == "": sys.path.pop(0)
import asyncio, importlib, importlib.util, inspect, json, os, platform
# What the program itself reads and prints does not go through here.
lines = os.fdopen(os.dup(0), encoding="utf-8")
channel = os.fdopen(3, "w", encoding="utf-8")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
def reach(folder):
    at = next((i for i, name in enumerate(sys.path) if name.rstrip("/\\\\").endswith(("site-packages", "dist-packages"))), len(sys.path))
    sys.path.insert(at, folder)
reach(os.getcwd())
def loaded(file, name):
    folder, module = os.path.dirname(file), os.path.splitext(os.path.basename(file))[0]
    # A module of a package is imported by its whole name, so that its relative imports work.
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, parent = os.path.split(folder)
        module = parent + "." + module
    reach(folder)
    if "." in module:
        found = importlib.import_module(module)
    else:
        spec = importlib.util.spec_from_file_location(module, file)
        found = importlib.util.module_from_spec(spec)
        sys.modules.setdefault(module, found)
        spec.loader.exec_module(found)
    return getattr(found, name or "build")
def answer(line):
    global call
    job = json.loads(line)
    if not call:
        call = loaded(job["file"], job["name"])
        return {"value": None}
    value = call(*job["arguments"]) if "arguments" in job else call(job["variables"])
    if inspect.isawaitable(value):
        value = asyncio.run(value)
    return {"value": value}
call = None
for line in lines:
    try:
        text = json.dumps(answer(line))
    except BaseException as error:
        about = {"error": f"{type(error).__name__}: {error}", "python": f"{sys.executable} ({platform.python_version()})"}
        text = json.dumps({**about, "missing": isinstance(error, ModuleNotFoundError)})
    channel.write(text + "\\n")
    channel.flush()
`;
