/** The script of an exported report: filters its rows and shows differences. The report is complete without it. */
import { diffWords } from '../../core/compare/text/word-diff.ts';

const rows = [...document.querySelectorAll<HTMLElement>('.row')];
const texts = new Map<HTMLElement, string>();
let verdict = 'all';
let needle = '';
let diffs = false;
const status = document.createElement('span');

const tools = document.getElementById('tools');
if (tools) {
  // Verdicts are of active cases, as everywhere; the others are shown by their status.
  const numberOf = (name: string): number => rows.filter((row) => row.dataset['shown'] === name).length;
  const aside = ['known-failing', 'unverified'].filter((name) => numberOf(name) > 0);
  const verdicts = ['all', 'fail', 'error', 'pass', 'unjudged', ...aside].map((name) => {
    const count = name === 'all' ? rows.length : numberOf(name);
    const button = element('button', `${name} ${count}`);
    button.addEventListener('click', () => {
      verdict = name;
      verdicts.forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
      filter();
    });
    button.setAttribute('aria-pressed', String(name === 'all'));
    return button;
  });
  const search = element('input', '');
  search.type = 'search';
  search.placeholder = 'Find in cases and outputs';
  search.setAttribute('aria-label', search.placeholder);
  search.addEventListener('input', () => {
    needle = search.value.trim().toLowerCase();
    filter();
  });
  const diff = element('button', 'Differences from expected');
  diff.setAttribute('aria-pressed', 'false');
  diff.addEventListener('click', () => {
    diffs = !diffs;
    diff.setAttribute('aria-pressed', String(diffs));
    for (const row of inView) show(row);
  });
  status.setAttribute('role', 'status');
  tools.append(...verdicts, search, diff, status);
  tools.hidden = false;
}

/** Rows near the view: only their differences are searched for. */
const inView = new Set<HTMLElement>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const row = target as HTMLElement;
      if (isIntersecting) {
        inView.add(row);
        show(row);
      } else inView.delete(row);
    }
  },
  { rootMargin: '400px' },
);
for (const row of rows) observer.observe(row);

function filter(): void {
  let shown = 0;
  for (const row of rows) {
    const isShown = (verdict === 'all' || row.dataset['shown'] === verdict) && (needle === '' || textOf(row).includes(needle));
    row.hidden = !isShown;
    if (isShown) shown++;
  }
  status.textContent = `${shown} of ${rows.length} shown`;
}

function textOf(row: HTMLElement): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = (row.textContent ?? '').toLowerCase();
  texts.set(row, text);
  return text;
}

/** The output as it is, or as it differs from what is expected. */
function show(row: HTMLElement): void {
  const output = row.querySelector<HTMLElement>('pre.output');
  const expected = row.querySelector<HTMLElement>('pre.expected');
  if (!output || !expected || row.dataset['diff'] === String(diffs)) return;
  const own = row.dataset['output'] ?? output.textContent ?? '';
  row.dataset['output'] = own;
  row.dataset['diff'] = String(diffs);
  if (!diffs) output.textContent = own;
  else
    output.replaceChildren(
      ...diffWords(expected.textContent ?? '', own).map(({ kind, text }) =>
        kind === 'same' ? document.createTextNode(text) : element(kind === 'added' ? 'ins' : 'del', text),
      ),
    );
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
