/** `goldset export`: golden cases as tests of promptfoo, stored interactions as OTLP. */
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { replaceFile } from '../../adapters/storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { promptfooTests, promptfooYaml } from '../../core/golden/promptfoo-export.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { folderOfPath } from '../../core/files/slash-path.ts';
import type { Arguments } from '../arguments.ts';
import { exportOtlp } from '../interactions/export-otlp-calls.ts';
import { promptsAt } from '../run/prompt-search.ts';
import { withSession } from '../session.ts';
import { stderr, stdout } from '../output.ts';

export async function exportCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [format, ...paths] = args.paths;
  if (format === 'otlp') return exportOtlp(paths, args);
  if (format !== 'promptfoo')
    throw new ConfigurationError(
      'usage',
      'Name a format: goldset export promptfoo [PATH…], or goldset export otlp [FILTER…] --to FILE|URL',
      'See: goldset help export',
    );
  return withSession(
    { ...args, paths },
    evaluator,
    async ({ cwd, workspace }) => {
      const to = args.text('out') === null ? null : path.resolve(cwd, args.text('out') ?? '');
      const folder = folderOfPath(shownPath(workspace.root, to ?? path.join(cwd, 'tests.yaml')));
      const tests: JsonObject[] = [];
      for (const file of await promptsAt(paths, cwd)) {
        const { target } = await evaluator.load({ workspace, file, unsaved: {}, most: null });
        const found = promptfooTests(target.document.path, target.cases, folder);
        for (const problem of found.problems) stderr.write(`${target.document.path}: ${problem}\n`);
        tests.push(...found.tests);
      }
      const text = promptfooYaml(tests);
      if (to === null) stdout.write(text);
      else {
        replaceFile(realPathToWrite(workspace.root, to), text);
        stderr.write(`${quantity(tests.length, 'test')} written to ${shownPath(workspace.root, to)}.\n`);
      }
      return 0;
    },
    { data: 'optional', readsOnly: true },
  );
}
