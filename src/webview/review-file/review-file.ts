/** The script of a review as a file: one output per screen, by keys, and at the end a labels file to download. Nothing is sent anywhere. */
import type { DrawFile } from '../../core/judge/labels/draw-file.ts';
import { labelRecordLine, type LabelRecord } from '../../core/judge/labels/label-record.ts';
import { draftAfter, draftOf, EMPTY_DRAFT, KEYED_MODES, REVIEW_KEYS, type ReviewDraft } from '../../core/judge/review/review-draft.ts';
import { criterionWords } from '../../core/judge/labels/criterion-text.ts';
import type { ReviewPageData } from '../../core/judge/review/review-html.ts';
import { failureModes, queueOf, reviewLabel } from '../../core/judge/review/review-queue.ts';
import { shownPerson } from '../../core/display/person-name.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as ReviewPageData;
const draw: DrawFile = { ...data.draw, seed: 0, strata: [] };
const root = document.getElementById('root') ?? document.body;
const STORE = `goldset-review-${draw.id}`;

let person = '';
let labels: LabelRecord[] = [];
let at = 0;
let draft: ReviewDraft = EMPTY_DRAFT;
let note = 'Your labels stay on this computer until you download them.';

/** A browser may keep nothing for a file: then labels last as long as the page is open, and the page says so. */
function stored<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    note = `This browser keeps nothing (${error instanceof Error ? error.message : String(error)}): download the labels before you close the page.`;
    return null;
  }
}

function start(): void {
  const kept = stored(() => localStorage.getItem(STORE));
  if (kept !== null) {
    const value = JSON.parse(kept) as { readonly person: string; readonly labels: LabelRecord[] };
    ({ person, labels } = { person: value.person, labels: value.labels });
  }
  if (person === '') askPerson();
  else open(firstOpen());
}

function askPerson(): void {
  const name = element('input', '');
  name.id = 'person';
  name.autocomplete = 'name';
  const label = element('label', 'Your name, as labels name you ');
  label.htmlFor = 'person';
  const form = element('form', '');
  form.append(label, name, ' ', element('button', 'Start'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    person = shownPerson(name.value);
    if (person !== '') open(firstOpen());
  });
  root.replaceChildren(
    element('h1', `Review ${draw.id}`),
    element('p', `${draw.items.length} outputs. You see neither who wrote them nor what others think.`),
    form,
  );
  name.focus();
}

const queue = (): ReturnType<typeof queueOf> => queueOf(draw, labels, person);
const firstOpen = (): number =>
  Math.max(
    0,
    queue().findIndex(({ label }) => label === null),
  );

function open(place: number): void {
  at = place;
  draft = draftOf(queue()[at]?.label ?? null);
  show();
}

function modes(): readonly { readonly mode: string; readonly count: number }[] {
  const own = failureModes(labels);
  return [...own, ...data.modes.filter(({ mode }) => !own.some((known) => known.mode === mode))];
}

function show(): void {
  const items = queue();
  const queued = items[at];
  const done = items.filter(({ label }) => label !== null).length;
  const heading = element('h1', queued === undefined ? 'There is nothing for you to label' : `Output ${at + 1} of ${items.length}`);
  heading.tabIndex = -1;
  const status = element('p', `${done} of ${items.length} labelled. ${note}`);
  status.setAttribute('role', 'status');
  const text = queued?.item.item ?? null;
  const parts: (Node | string)[] = [heading, status];
  if (queued !== undefined) {
    parts.push(
      ...section('Request', text?.input ?? '(not recorded)'),
      ...(text?.context == null ? [] : section('Passages', text.context)),
      ...section('Answer', text?.output ?? '(the text is not in this file)'),
      ...section('Criterion', criterionWords(draw.frame.criterion)),
      grades(),
      modeButtons(),
      noteField(),
    );
  }
  parts.push(actions(items.length > 0 && done === items.length), keys());
  root.replaceChildren(...parts);
  heading.focus();
}

function grades(): HTMLElement {
  const row = group('Grade');
  for (const [key, grade, name] of [
    ['p', 'pass', 'Pass (p)'],
    ['f', 'fail', 'Fail (f)'],
    ['u', 'unknown', 'Unknown (u)'],
  ] as const)
    row.append(pressable(name, draft.grade === grade, () => take(draftAfter(draft, key, []))));
  return row;
}

function modeButtons(): HTMLElement {
  const row = group('Failure mode');
  modes()
    .slice(0, KEYED_MODES)
    .forEach(({ mode, count }, i) =>
      row.append(
        pressable(`${i + 1} ${visibleControls(mode)} (${count})`, draft.failureMode === mode, () =>
          take(draftAfter(draft, String(i + 1), names())),
        ),
      ),
    );
  const own = element('input', '');
  own.id = 'mode';
  own.placeholder = 'Failure mode in your words (m)';
  own.setAttribute('aria-label', own.placeholder);
  own.value = draft.failureMode ?? '';
  own.addEventListener(
    'input',
    () => (draft = { ...draft, grade: 'fail', failureMode: own.value.trim() === '' ? null : own.value.trim() }),
  );
  row.append(own);
  return row;
}

const names = (): string[] => modes().map(({ mode }) => mode);

function noteField(): HTMLElement {
  const area = element('textarea', '');
  area.id = 'note';
  area.rows = 2;
  area.placeholder = 'Note (n)';
  area.setAttribute('aria-label', 'Note');
  area.value = draft.critique ?? '';
  area.addEventListener('input', () => (draft = { ...draft, critique: area.value.trim() === '' ? null : area.value.trim() }));
  return area;
}

function actions(isDone: boolean): HTMLElement {
  const row = group('Move and save');
  const download = pressable(isDone ? 'All labelled: download the labels' : 'Download the labels so far', false, save);
  download.id = 'download';
  row.append(
    pressable('Previous (←)', false, () => move(-1)),
    pressable('Next (Ctrl+Enter)', false, next),
    pressable('Skip (→)', false, () => move(1)),
    download,
  );
  return row;
}

function keys(): HTMLElement {
  const details = element('details', '');
  details.id = 'keys';
  details.append(element('summary', 'Keys (?)'));
  const lines = [...REVIEW_KEYS, ['Ctrl+Enter', 'store the label and go to the next output'], ['← →', 'move without storing']];
  for (const [key, what] of lines) details.append(element('div', `${key ?? ''}: ${what ?? ''}`));
  return details;
}

function take(changed: ReviewDraft | null): void {
  if (changed === null) return;
  draft = changed;
  show();
}

function move(by: number): void {
  const place = at + by;
  if (place >= 0 && place < queue().length) open(place);
}

function next(): void {
  const queued = queue()[at];
  if (queued === undefined || draft.grade === null) return;
  const { grade, failureMode, critique } = draft;
  const answer = { grade, failureMode, critique, cause: null, correction: null, by: person, at: new Date().toISOString() };
  const item = data.isKept[queued.index] === true ? queued.item : { ...queued.item, item: null };
  labels = [...labels, reviewLabel(draw, item, answer, newId())];
  stored(() => localStorage.setItem(STORE, JSON.stringify({ person, labels })));
  const items = queue();
  const later = items.findIndex(({ label }, i) => i > at && label === null);
  const open_ = later === -1 ? items.findIndex(({ label }) => label === null) : later;
  open(open_ === -1 ? at : open_);
}

function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function save(): void {
  const url = URL.createObjectURL(new Blob([labels.map((label) => `${labelRecordLine(label)}\n`).join('')], { type: 'application/jsonl' }));
  const link = element('a', '');
  link.href = url;
  link.download = `${person.replace(/[^A-Za-z0-9-]+/g, '-').toLowerCase() || 'person'}-${draw.id}.jsonl`;
  link.click();
  URL.revokeObjectURL(url);
  note = `${link.download} belongs in ${data.folder}/ of the repository.`;
  show();
}

document.addEventListener('keydown', (event) => {
  if (person === '') return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    next();
    return;
  }
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.key === 'Escape' && isTyping) show();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'ArrowLeft') move(-1);
  else if (event.key === 'ArrowRight') move(1);
  else if (event.key === '?') document.getElementById('keys')?.toggleAttribute('open');
  else if (event.key === 'm' || event.key === 'n') document.getElementById(event.key === 'm' ? 'mode' : 'note')?.focus();
  else {
    const changed = draftAfter(draft, event.key, names());
    if (changed === null) return;
    take(changed);
  }
  event.preventDefault();
});

function section(title: string, text: string): HTMLElement[] {
  return [element('h2', title), element('pre', visibleControls(text))];
}

function group(name: string): HTMLElement {
  const row = element('div', '');
  row.className = 'row';
  row.setAttribute('role', 'group');
  row.setAttribute('aria-label', name);
  return row;
}

function pressable(name: string, isPressed: boolean, press: () => void): HTMLButtonElement {
  const button = element('button', name);
  button.type = 'button';
  button.setAttribute('aria-pressed', String(isPressed));
  button.addEventListener('click', press);
  return button;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

start();
