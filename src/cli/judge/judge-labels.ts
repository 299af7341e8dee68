/** `goldset judge labels DRAW`: the outputs of a draw as CSV for people who label in a spreadsheet, and their labels from it. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readTextSync } from '../../adapters/bounded-file.ts';
import { Git } from '../../adapters/git/git.ts';
import { personIn } from '../../adapters/git/person.ts';
import { appendLabels } from '../../adapters/storage/label-writer.ts';
import { writeReportFile } from '../../adapters/storage/report-file.ts';
import { slashedPath } from '../../adapters/within.ts';
import { promptFileIn } from '../../adapters/workspace/prompt-path.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { readDrawFile, type DrawFile } from '../../core/judge/labels/draw-file.ts';
import { keptItem } from '../../core/judge/labels/new-label.ts';
import { reviewLabel } from '../../core/judge/review/review-queue.ts';
import { labelsFromCsv, labelsToCsv } from '../../core/report/labels-csv.ts';
import type { Arguments } from '../arguments.ts';
import { stderr, stdout } from '../output.ts';

/** Exit code 1 when rows are no labels; the others are kept. @throws {ConfigurationError} */
export async function judgeLabels(args: Arguments, given: string): Promise<number> {
  const cwd = process.cwd();
  const [to, from] = [args.text('csv'), args.text('read')];
  if ((to === null) === (from === null))
    throw new ConfigurationError(
      'usage',
      'Name one file: --csv FILE writes the outputs, --read FILE reads labels.',
      'goldset judge labels 2026-W48 --csv week.csv',
    );
  const { root, config } = await openWorkspace(cwd);
  const draw = readDraw(given, cwd, root);
  if (to !== null) {
    writeReportFile(path.resolve(cwd, to), [labelsToCsv(draw)]);
    const without = draw.items.filter(({ item }) => item === null).length;
    if (without > 0)
      stderr.write(`warning: ${quantity(without, 'output')} of ${draw.id} have no text: the draw does not keep them (labels.texts).\n`);
    stdout.write(`${quantity(draw.items.length, 'output')} in ${to}. Fill in the column grade: pass, fail or unknown.\n`);
    return 0;
  }
  const file = from ?? '';
  const { answers, problems, open } = labelsFromCsv(readTextSync(path.resolve(cwd, file), MAX_STORE), draw);
  const person = await personIn(root, new Git());
  const at = new Date().toISOString();
  const labels = answers.map(({ item, answer }) => {
    const label = reviewLabel(draw, item, { ...answer, correction: null, by: person.name, at }, randomUUID());
    return { ...label, item: keptItem(label.item, label.target, config.labelTexts) };
  });
  const prompt = draw.frame.prompt === null ? null : promptFileIn(root, draw.frame.prompt);
  const written = labels.length === 0 ? [] : appendLabels(root, prompt, person.file, labels);
  for (const { line, reason } of problems) stderr.write(`${file}, line ${line}: ${reason}\n`);
  const where = written.map((one) => slashedPath(root, one)).join(', ');
  stdout.write(`${quantity(labels.length, 'label')}${where === '' ? '' : ` in ${where}`}; ${quantity(open, 'row')} without a grade.\n`);
  return problems.length > 0 ? 1 : 0;
}

/** A file, or the id of a draw in `reviews/`. */
function readDraw(given: string, cwd: string, root: string): DrawFile {
  const named = path.resolve(cwd, given);
  const file = existsSync(named) ? named : path.join(root, 'reviews', `${path.basename(given)}.draw.json`);
  if (!existsSync(file))
    throw new ConfigurationError('path/missing', `There is no draw ${given}.`, 'Name a file, or an id of reviews/ID.draw.json.');
  const read = readDrawFile(readTextSync(file, MAX_STORE));
  if (typeof read === 'string')
    throw new ConfigurationError('draw/broken', `${slashedPath(root, file)}: ${read}`, 'Draw again, or restore the file.');
  for (const problem of read.problems) stderr.write(`warning: ${slashedPath(root, file)}: ${problem}\n`);
  return read.draw;
}
