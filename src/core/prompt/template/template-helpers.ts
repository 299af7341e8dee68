/** dotprompt's helpers, recording instead of printing. */
import { HumanError } from '../../problems/errors.ts';
import type { Recorder } from './recorder.ts';

type BlockOptions = Handlebars.HelperOptions;
type Hash = { readonly hash: Readonly<Record<string, unknown>> };

export function registerHelpers(environment: typeof Handlebars, recorder: Recorder): void {
  const record = (name: string, helper: (...args: never[]) => void): void => {
    environment.registerHelper(name, (...args: unknown[]) => {
      helper(...(args as never[]));
      return '';
    });
  };
  record('__literal', (site: number) => recorder.literal(site));
  record('__value', (site: number, value: unknown) => recorder.value(site, value));
  record('__indent', (site: number) => recorder.indent(site));
  record('__dedent', () => recorder.dedent());
  record('__history', (site: number) => recorder.marker(site, { type: 'history' }));
  record('__role', (site: number, role: unknown) => recorder.marker(site, { type: 'role', role: roleName(role) }));
  record('__section', (site: number, name: unknown) =>
    recorder.marker(site, { type: 'section', name: typeof name === 'string' ? name : '' }),
  );
  record('__media', (site: number, options: Hash) => {
    const { url, contentType } = options.hash;
    recorder.marker(site, { type: 'media', url: text(url) ?? '', contentType: text(contentType) });
  });
  environment.registerHelper('json', (value: unknown, options?: Hash) => {
    const indent = options?.hash['indent'];
    return JSON.stringify(value, null, typeof indent === 'number' || typeof indent === 'string' ? indent : 0);
  });
  environment.registerHelper('ifEquals', function (this: unknown, a: unknown, b: unknown, options: BlockOptions) {
    return a === b ? options.fn(this) : options.inverse(this);
  });
  environment.registerHelper('unlessEquals', function (this: unknown, a: unknown, b: unknown, options: BlockOptions) {
    return a !== b ? options.fn(this) : options.inverse(this);
  });
  environment.registerHelper('log', () => '');
}

/** What stands in for a helper of the application: its block, else its first argument, else nothing. */
export function externalHelper(this: unknown, ...args: readonly unknown[]): unknown {
  const options = args.at(-1) as Partial<BlockOptions> | undefined;
  if (typeof options?.fn === 'function') return options.fn(this);
  return args.length > 1 ? args[0] : '';
}

/** Only text that stands in the template can be a role; see the invariant in request.ts. */
function roleName(role: unknown): string {
  if (typeof role === 'string' && /^[a-z]+$/.test(role)) return role;
  throw new HumanError('template/role', 'A role must be lower-case letters written in the template, as in {{role "system"}}.');
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
