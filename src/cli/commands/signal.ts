/** `goldset signal`: what became known of an interaction, from a script, a support tool or a person. */
import path from 'node:path';
import { readStream } from '../../adapters/bounded-file.ts';
import { redactorOf } from '../../adapters/capture/capture-rules.ts';
import { Git } from '../../adapters/git/git.ts';
import { findNamed } from '../../adapters/interactions/find-named.ts';
import { InteractionFiles } from '../../adapters/interactions/interaction-files.ts';
import { storeFeedback } from '../../adapters/capture/store-feedback.ts';
import { findRoot, openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { FollowUp, FollowUpTarget } from '../../core/feedback/interactions/interaction.ts';
import { isShareable } from '../../core/feedback/interactions/shared-feedback.ts';
import { readPostedSignals } from '../../core/feedback/signals/posted-signals.ts';
import { followRetention } from '../interactions/follow-retention.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { optionChoice, type Arguments } from '../arguments.ts';
import { SIGNAL_TARGETS } from '../specs/production-specs.ts';
import { stderr, stdout } from '../output.ts';

export async function signalCommand(args: Arguments): Promise<number> {
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const files = new InteractionFiles(root);
  const { capture, feedback, signals } = (await openWorkspace(root)).config;
  const redact = redactorOf(capture);
  const isMany = args.paths.length === 1 && args.paths[0] === '-';
  const given = isMany ? await readStream(process.stdin, 'Standard input') : JSON.stringify(itemOf(args, files));
  const read = readPostedSignals(given, new Date().toISOString(), signals);
  if (read === null)
    throw new ConfigurationError(
      'signal/input',
      'Standard input must be a JSON object or a list of JSON objects.',
      'See: goldset help signal',
    );
  const { followUps, problems } = read;
  const [first] = problems;
  // One of several that is none is said, and the others count.
  if (followUps.length === 0 && first !== undefined)
    throw new ConfigurationError('signal/input', isMany ? first : first.replace(/^Signal 1: /, ''), 'See: goldset help signal');
  // What a person types about one interaction is theirs; what an application sends belongs to its records.
  const own = isMany || feedback === 'local' ? null : sharedOf(followUps, files);
  if (own !== null) await storeFeedback(root, own, new Git());
  else files.append(...followUps.map((followUp) => redact({ followUp })));
  await followRetention(root, capture);
  for (const problem of problems) stderr.write(`${problem}\n`);
  stdout.write(`${said(followUps)}\n`);
  return problems.length > 0 ? 1 : 0;
}

/** As an application's server would post it. */
function itemOf(args: Arguments, files: InteractionFiles): Record<string, unknown> {
  const [id, name, value, ...more] = args.paths;
  if (id === undefined || name === undefined || more.length > 0)
    throw new ConfigurationError(
      'usage',
      'Name an interaction and a signal: goldset signal ID NAME [VALUE]',
      'goldset signal chatcmpl-8f2c thumb down --note "wrong parcel"',
    );
  return {
    [targetOf(args, files, id)]: id,
    name,
    value: valueOf(value),
    ...(args.text('kind') === null ? {} : { kind: args.text('kind') }),
    annotator: args.text('annotator'),
    by: args.text('by'),
    note: args.text('note'),
  };
}

function targetOf(args: Arguments, files: InteractionFiles, id: string): keyof FollowUpTarget {
  const target = optionChoice(args, 'of', SIGNAL_TARGETS);
  if (target !== null) return target;
  const found = findNamed(files, id);
  if (found === null) stderr.write(`No stored interaction has the id ${id} yet. The signal takes effect when one arrives.\n`);
  return found?.target ?? 'interaction';
}

/** By the id of the interaction, which is all that the repository may say of it. Null: it is no correction, or of nothing that is stored. */
function sharedOf(followUps: readonly FollowUp[], files: InteractionFiles): FollowUp[] | null {
  const own = followUps.map((followUp) => {
    const name = Object.values(followUp.of).find((id): id is string => id !== null) ?? '';
    const id = followUp.of.interaction ?? findNamed(files, name)?.id ?? null;
    return { ...followUp, of: { interaction: id, response: null, trace: null, conversation: null } };
  });
  return own.every(isShareable) ? own : null;
}

/** Numbers, true, false and null are what they look like. Undefined: it is true, where the signal has one side. */
function valueOf(given: string | undefined): number | boolean | string | null | undefined {
  if (given === undefined) return undefined;
  if (given === 'null') return null;
  if (given === 'true') return true;
  if (given === 'false') return false;
  return /^-?\d+(?:\.\d+)?$/.test(given) ? Number(given) : given;
}

function said(followUps: readonly FollowUp[]): string {
  const [only] = followUps;
  const [signal] = only?.signals ?? [];
  if (followUps.length !== 1 || only === undefined || signal === undefined) return `${quantity(followUps.length, 'signal')} stored.`;
  const [target = '', id = ''] = Object.entries(only.of).find(([, name]) => name !== null) ?? [];
  return `${signal.name} stored for ${target} ${String(id)}.`;
}
