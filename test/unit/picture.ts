/** Language behaviour as data: a YAML file of cases, one test each. */
import fs from 'node:fs';
import { parse } from 'yaml';

export function picturesOf<T>(name: string): T[] {
  return parse(fs.readFileSync(`test/unit/cases/${name}.yaml`, 'utf8')) as T[];
}
