/**
 * How a program in a process of its own imports a module of the workspace: plain text for `node -e`, without anything of ours. The process
 * is started with `IMPORT_ARGUMENTS`, may read `transpiler()`, and is told the path of it.
 */
import path from 'node:path';

/** Turns TypeScript into JavaScript where Node does not: a bundle of its own beside this one, read only by a process that needs it. */
export const transpiler = (): string => path.join(__dirname, 'sucrase.js');

/** Lets such a process link modules that it has compiled. */
export const IMPORT_ARGUMENTS: readonly string[] = ['--experimental-vm-modules'];

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

/** Defines `imported(file)`: the module of a file. The program before it declares `fs`, `path`, `fileURLToPath`, `pathToFileURL`, `transpiler`. */
export const IMPORTED = `${TYPESCRIPT}${UNREAD}`;
