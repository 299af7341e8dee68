/** `goldset convert CONFIG`: a promptfoo config as Goldset's own files beside it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { convertPromptfoo } from '../../adapters/setup/convert-promptfoo.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import { quantity } from '../../core/display/figures.ts';
import { LineIndex } from '../../core/text/text.ts';
import type { Arguments } from '../arguments.ts';
import { stderr, stdout } from '../output.ts';
import { withSession } from '../session.ts';

export async function convertCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [given, ...others] = args.paths;
  if (given === undefined || others.length > 0)
    throw new ConfigurationError('usage', 'Name one promptfoo config: goldset convert promptfooconfig.yaml', 'See: goldset help convert');
  return withSession(
    args,
    evaluator,
    async ({ cwd, workspace }) => {
      const { root } = workspace;
      const { files, prompts, left } = await convertPromptfoo(root, path.resolve(cwd, given));
      for (const item of left) stderr.write(`${placeOf(root, item)} ${item.severity} ${item.message}\n`);
      for (const { path: name } of files) stdout.write(`${name}\n`);
      stderr.write(
        `${quantity(prompts.length, 'prompt')} and ${quantity(files.filter(({ path: name }) => name.includes('.golden.')).length, 'golden set')} written; entries in goldset.yaml. ${given} is as it was. Next: goldset run ${prompts[0] ?? ''}\n`,
      );
      return 0;
    },
    { data: 'optional', readsOnly: true },
  );
}

function placeOf(root: string, { path: file, range }: Diagnostic): string {
  if (range === null) return file;
  const { line, character } = new LineIndex(readFileSync(path.join(root, file), 'utf8')).position(range.start);
  return `${file}:${line + 1}:${character + 1}`;
}
