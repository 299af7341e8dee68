/** Which Python runs the code of a workspace: `code.python` of goldset.yaml, else that of its virtual environment, else `python3`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';

const PROGRAM = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
const ENVIRONMENTS = ['.venv', 'venv'];

/** The configuration with the Python that is used. Inside the workspace it is a path from the root, so that trust in it is of any machine. */
export function withPython(root: string, config: GoldsetConfig): GoldsetConfig {
  if (config.code.isPythonGiven) return config;
  const found = ENVIRONMENTS.map((folder) => `${folder}/${PROGRAM}`).find((program) => existsSync(path.join(root, program)));
  return found === undefined ? config : { ...config, code: { ...config.code, python: found } };
}

/** The program to start: a path is from the root, a bare name is looked up in PATH. */
export const pythonProgram = (root: string, python: string): string => (/[\\/]/.test(python) ? path.resolve(root, python) : python);
