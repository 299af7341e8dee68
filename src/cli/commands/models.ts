/** `goldset models`: which providers can be reached and what they offer; what is known about a model before it is called, since when, and from whom. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { calibrated } from '../../core/economics/tokens/calibration.ts';
import { count, quantity, usd } from '../../core/display/figures.ts';
import type { ModelFacts } from '../../core/economics/model-facts.ts';
import type { PriceBook } from '../../core/economics/prices/price-book.ts';
import { staleDays } from '../../core/economics/prices/price.ts';
import { endpointOf } from '../../adapters/models/endpoint.ts';
import { probeProviders, type ProviderStatus } from '../../adapters/models/probe-providers.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { readPriceFile } from '../../adapters/models/price-file.ts';
import { resolveFacts } from '../../adapters/models/resolve-facts.ts';
import { readCalibrations } from '../../adapters/storage/calibration-file.ts';
import { loadPriceBook } from '../../adapters/storage/price-data.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Arguments } from '../arguments.ts';
import { modelDetail } from '../reporters/model-detail.ts';
import { withSession } from '../session.ts';
import { stderr, stdout } from '../output.ts';
import { disagreements, originsText, updatePrices } from '../update-prices.ts';

/** Providers whose models are listed when nobody names one. */
const LISTED = ['openai', 'anthropic', 'google'];

export async function modelsCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  if (args.paths.length > 1) throw new ConfigurationError('usage', 'Name one model: goldset models provider:model');
  const [id] = args.paths;
  return withSession(
    { ...args, paths: [] },
    evaluator,
    async ({ cwd, workspace, keys }) => {
      const now = new Date();
      const updates = args.flag('update') ? await updatePrices(workspace.root, args.texts('from'), now) : [];
      const book = await loadPriceBook(workspace.root);
      const { overrides, capabilities, problem } = readPriceFile(workspace.root, workspace.config);
      if (problem !== null) stderr.write(`${problem}\n`);
      const ids = id === undefined ? [...new Set([...overrides.keys(), ...capabilities.keys(), ...book.models(LISTED)])] : [id];
      const providers = id === undefined ? await probeProviders({ config: workspace.config, keys }) : [];
      const learnt = readCalibrations(workspace.root);
      const facts = ids.map((item) => resolveFacts(item, cwd, workspace.config, overrides, null, workspace.root, capabilities));
      const rows = (await Promise.all(facts)).map((row) => ({
        ...row,
        tokenizer: calibrated(row.tokenizer, learnt.get(row.id) ?? null),
      }));
      if (args.flag('json')) {
        const updated = updates.map(({ url, kept, problem }) => ({ url, kept, problem: problem?.message ?? null }));
        const data = { data: book.origin, sources: book.origins, disagreements: disagreements(book, now), updates: updated };
        stdout.json({ schema: 'goldset.models/1', ...data, providers, models: rows });
      } else if (id === undefined) {
        printProviders(providers);
        printAll(rows, book, now);
      } else rows.forEach((row) => stdout.write(`${modelDetail(row, now)}${noteOf(row.id, workspace.config)}\n`));
      return 0;
    },
    { data: 'optional' },
  );
}

/** What to know about the server of a model; empty: nothing. */
function noteOf(id: string, config: GoldsetConfig): string {
  const note = endpointOf(id, config)?.dialect.note ?? null;
  return note === null ? '' : `\n  note      ${note}`;
}

const STATES: Readonly<Record<ProviderStatus['state'], string>> = {
  reachable: 'reachable',
  'no-key': 'no key',
  refused: 'refused',
  unreachable: 'unreachable',
  'not-asked': 'pipeline',
};
/** Names of a provider's models on one line. */
const SHOWN = 6;

function printProviders(providers: readonly ProviderStatus[]): void {
  for (const { name, address, state, reason, hint, models, note, from } of providers) {
    const more = models.length > SHOWN ? `, … (${count(models.length)})` : '';
    const offers = reason ?? (models.length === 0 ? 'The server lists no models.' : `${models.slice(0, SHOWN).join(', ')}${more}`);
    const [first = ''] = models;
    const offered = from === 'local' ? `\n${' '.repeat(18)}Runs on this machine. Use it as ${name}:${first}; no setup needed.` : '';
    const noted = note === null || state !== 'reachable' ? '' : `\n${' '.repeat(18)}${note}`;
    const advice = hint === null ? '' : `\n${' '.repeat(18)}${hint}`;
    stdout.write(`${name.padEnd(18)}${STATES[state]}, ${address}\n${' '.repeat(18)}${offers}${advice}${offered}${noted}\n`);
  }
  stdout.write('\n');
}

function printAll(rows: readonly ModelFacts[], book: PriceBook, now: Date): void {
  const isOld = staleDays({ ...book.origin, basis: 'exact', basedOn: null }, now) !== null;
  stdout.write(`US dollars per million tokens; ${originsText(book, now)}${isOld ? '. To update: goldset models --update' : ''}\n`);
  for (const { id, price, caching } of rows) {
    const rates = price?.rates;
    const columns = [rates?.input, rates?.cacheRead, rates?.output].map((rate) =>
      (rate === null || rate === undefined ? '–' : usd(rate)).padStart(9),
    );
    stdout.write(`${id.padEnd(44)}${columns.join('')}  ${caching === null ? '' : `cached from ${quantity(caching.minimum, 'token')}`}\n`);
  }
}
