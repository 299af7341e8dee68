/** The program that runs a JavaScript or TypeScript assertion in a process of its own: plain text for `node -e`, without anything of ours. */

/**
 * TypeScript for a Node that does not read it, or not all of it: the modules of the workspace are compiled and linked here, so that imports,
 * `import.meta` and `await` at the top mean what they mean in Node. An import may leave out the ending, or have that of the compiled file.
 * Packages and CommonJS are Node's own.
 */
const TYPESCRIPT = `
const vm = require('node:vm');
const Module = require('node:module');
const ENDINGS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.json'];
const isTypeScript = (file) => /\\.(?:[cm]?ts|tsx)$/.test(file);
const hasModuleSyntax = (code) => /^\\s*(?:import|export)\\b|\\bimport\\.meta\\b/m.test(code);
const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
const fileOf = (given) => [
  given,
  ...ENDINGS.map((ending) => given + ending),
  given.replace(/\\.([cm]?)jsx?$/, '.$1ts'),
  given.replace(/\\.jsx?$/, '.tsx'),
  ...ENDINGS.map((ending) => path.join(given, 'index' + ending)),
].find(isFile);
const importFrom = (file) => new vm.Script('(name) => import(name)', {
  filename: file,
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext();
const moduleWith = (values, name) => new vm.SyntheticModule(Object.keys(values), function () {
  for (const [key, value] of Object.entries(values)) this.setExport(key, value);
}, { identifier: name });
const typeScriptImporter = () => {
  const { transform } = require(transpiler);
  const known = new Map();
  const once = (key, make) => {
    if (!known.has(key)) known.set(key, make());
    return known.get(key);
  };
  const codeOf = (file) => {
    const text = fs.readFileSync(file, 'utf8');
    if (!isTypeScript(file)) return text;
    const transforms = file.endsWith('.tsx') ? ['typescript', 'jsx'] : ['typescript'];
    return transform(text, { transforms, disableESTransforms: true, preserveDynamicImport: true, filePath: file }).code;
  };
  const load = async (file) => {
    if (file.endsWith('.json')) return moduleWith({ default: JSON.parse(fs.readFileSync(file, 'utf8')) }, file);
    const code = codeOf(file);
    const isModule = !/\\.c[jt]s$/.test(file) && hasModuleSyntax(code);
    if (isModule) return new vm.SourceTextModule(code, {
      identifier: file,
      initializeImportMeta: (meta) => Object.assign(meta, { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) }),
      importModuleDynamically: async (name) => evaluated(await linked(name, file)),
    });
    if (!isTypeScript(file)) return moduleWith({ ...(await import(pathToFileURL(file).href)) }, file);
    const module = new Module(file);
    Object.assign(module, { filename: file, paths: Module._nodeModulePaths(path.dirname(file)) });
    module._compile(code, file);
    return moduleWith({ ...module.exports, default: module.exports }, file);
  };
  const linked = async (name, from) => {
    const isPath = /^(?:\\.{0,2}\\/|\\.{1,2}$|file:)/.test(name);
    const file = isPath ? fileOf(name.startsWith('file:') ? fileURLToPath(name) : path.resolve(path.dirname(from), name)) : undefined;
    if (file !== undefined) return once(file, () => load(file));
    return once(from + ' ' + name, async () => moduleWith({ ...(await importFrom(from)(name)) }, name));
  };
  const evaluated = async (module) => {
    if (module.status === 'unlinked') await module.link((name, { identifier }) => linked(name, identifier));
    await module.evaluate();
    return module;
  };
  return async (file) => (await evaluated(await once(file, () => load(file)))).namespace;
};
`;

/** What Node says, before any code has run, of modules that it cannot load and that are compiled then. */
const UNREAD = `
const UNREAD = [
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
];
const isUnread = (error, file) =>
  error?.code === 'ERR_UNKNOWN_FILE_EXTENSION' ? /\\.(?:[cm]?ts|tsx)\\b/.test(String(error.message)) : isTypeScript(file) && UNREAD.includes(error?.code);
const imported = async (file) => {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (!isUnread(error, file)) throw error;
    return typeScriptImporter()(file);
  }
};
`;

/** Reads the job from standard input, writes `{ value }` or `{ error }` to file descriptor 3. Code without `return` is one expression. */
export const JAVASCRIPT_HOST = `
const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { source, output, context, transpiler } = JSON.parse(fs.readFileSync(0, 'utf8'));
${TYPESCRIPT}
${UNREAD}
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
const made = (kind, body) => {
  try { return new kind('output', 'context', body); }
  catch (error) { if (!(error instanceof SyntaxError)) throw error; return null; }
};
const compiled = (code) =>
  made(Function, 'return (' + code + '\\n)') ??
  made(Function, 'return (' + code.replace(/[\\s;]+$/, '') + '\\n)') ??
  (/\\breturn\\b/.test(code) ? null : made(AsyncFunction, 'return ' + code)) ??
  new AsyncFunction('output', 'context', code);
const loaded = async ({ file, name }) => {
  const module = await imported(file);
  const found = name === null ? (module.default?.default ?? module.default ?? module.get_assert) : (module[name] ?? module.default?.[name]);
  if (typeof found !== 'function') throw new Error(name === null ? 'the file exports no function' : 'the file exports no function ' + name);
  return found;
};
const hint = (error) => error?.code === 'ERR_ACCESS_DENIED' ? ' A code assertion may read files of the repository, and nothing else.' : '';
const say = (answer) => { fs.writeSync(3, JSON.stringify(answer)); process.exit(0); };
(async () => {
  const call = source.code === undefined ? await loaded(source) : compiled(source.code);
  const value = await call(output, context);
  say({ value: value === undefined ? null : value });
})().catch((error) => say({ error: String(error?.message ?? error) + hint(error) }));
`;
