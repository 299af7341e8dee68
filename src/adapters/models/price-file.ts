/**
 * The file of the user's own prices, `prices:` in goldset.yaml. It decides about money, so it is used whole or the command ends: a spending
 * limit that is checked against other prices than the user's is no limit.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { Diagnostics, type Diagnostic } from '../../core/problems/diagnostics.ts';
import type { CapabilityOverrides } from '../../core/economics/capabilities.ts';
import { readPriceOverrides, type PriceOverride } from '../../core/economics/prices/price-overrides.ts';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import { refuseBroken } from '../../core/prompt/refuse-broken.ts';
import { LineIndex } from '../../core/text/text.ts';
import { readYaml } from '../../core/yaml/yaml.ts';
import { textNoFollow } from '../storage/data-folder/no-follow.ts';
import { leadsTo } from '../within.ts';
import type { ReadText } from '../workspace/prompt-reads.ts';
import type { Workspace } from '../workspace/root.ts';

export type Overrides = ReadonlyMap<string, PriceOverride>;

/** Bytes; 10,000 models have about 1 MB. */
const MOST_BYTES = 4 << 20;
const HINT = 'Fix the file, or remove `prices:` from goldset.yaml. Nothing is run with other prices than yours.';

export interface PriceFile {
  readonly overrides: Overrides;
  /** What the file says that models accept. */
  readonly capabilities: CapabilityOverrides;
  readonly diagnostics: readonly Diagnostic[];
  /** The first error with its place, `prices.yaml:3:5: …`; null: the file can be used, or there is no file. */
  readonly problem: string | null;
}

/** The user's own prices of a workspace. Never throws: what is wrong is in `diagnostics` and `problem`. */
export function readPriceFile(root: string, { prices }: Pick<GoldsetConfig, 'prices'>): PriceFile {
  if (prices === null) return { overrides: new Map(), capabilities: new Map(), diagnostics: [], problem: null };
  const text = textOf(root, prices);
  // The problem is where goldset.yaml names the file: what is outside the workspace is not looked into.
  if (typeof text !== 'string') return unusable(`The price file ${prices} cannot be used: ${text.reason}.`);
  const { overrides, capabilities, diagnostics } = readPriceOverrides(prices, text);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error === undefined) return { overrides, capabilities, diagnostics, problem: null };
  return { overrides: new Map(), capabilities: new Map(), diagnostics, problem: `${prices}${placeOf(text, error)}: ${error.message}` };
}

/** The user's own prices. @throws {ConfigurationError} `prices/broken` when the file is missing, not inside the workspace, or broken. */
export function requirePrices(root: string, config: Pick<GoldsetConfig, 'prices'>): Overrides {
  const { overrides, problem } = readPriceFile(root, config);
  if (problem !== null) throw new ConfigurationError('prices/broken', problem, HINT);
  return overrides;
}

/** What the user's file says that models accept. @throws {ConfigurationError} as `requirePrices`. */
export function requireCapabilities(root: string, config: Pick<GoldsetConfig, 'prices'>): CapabilityOverrides {
  const { capabilities, problem } = readPriceFile(root, config);
  if (problem !== null) throw new ConfigurationError('prices/broken', problem, HINT);
  return capabilities;
}

/**
 * For every command that spends or reports money: settings and prices are as the user wrote them.
 * `hint`: what to do next, where the problem does not say.
 * @throws {ConfigurationError} with the first error of goldset.yaml or of its price file, and its place.
 */
export function refuseBrokenSettings({ root, config, diagnostics }: Workspace, hint?: string): void {
  const file = path.join(root, 'goldset.yaml');
  const broken = diagnostics.find(({ severity }) => severity === 'error');
  if (broken !== undefined) {
    const at = existsSync(file) ? placeOf(readFileSync(file, 'utf8'), broken) : '';
    refuseBroken([broken], { called: `goldset.yaml${at}`, ...(hint === undefined ? {} : { hint }) });
  }
  requirePrices(root, config);
}

/** `:3:5`, the line and column of a problem; empty: it concerns the whole file. */
function placeOf(text: string, { range }: Diagnostic): string {
  if (range === null) return '';
  const { line, character } = new LineIndex(text).position(range.start);
  return `:${line + 1}:${character + 1}`;
}

function unusable(problem: string): PriceFile {
  const diagnostic: Diagnostic = {
    code: 'prices/broken',
    severity: 'error',
    message: problem,
    hint: HINT,
    path: 'goldset.yaml',
    range: null,
  };
  return { overrides: new Map(), capabilities: new Map(), diagnostics: [diagnostic], problem };
}

/**
 * What is wrong with the price file, in that file and where goldset.yaml names it. `readText`: the text of a file, which an editor may not
 * have saved.
 */
export async function priceProblems({ root, config }: Workspace, readText: ReadText): Promise<Diagnostic[]> {
  const { diagnostics, problem } = readPriceFile(root, config);
  if (problem === null) return [...diagnostics];
  const yaml = readYaml(await readText(path.join(root, 'goldset.yaml')), new Diagnostics('goldset.yaml'));
  const range = yaml?.rangeOf(['prices']) ?? null;
  const inFile = diagnostics.filter((item) => item.path !== 'goldset.yaml');
  return [...inFile, { code: 'prices/broken', severity: 'error', message: problem, hint: HINT, path: 'goldset.yaml', range }];
}

/** Only a regular file inside the workspace, by its real path, is read. */
function textOf(root: string, prices: string): string | { readonly reason: string } {
  try {
    const file = path.resolve(root, prices);
    if (leadsTo(root, file) === 'outside') return { reason: 'it is outside the folder of goldset.yaml' };
    return textNoFollow(realpathSync(file), MOST_BYTES);
  } catch (error) {
    return { reason: REASONS[String((error as NodeJS.ErrnoException).code)] ?? messageOf(error) };
  }
}

/** By the code of an error. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  'file/kind': 'it is not a regular file',
  'file/too-large': 'it is larger than 4 MB',
};
