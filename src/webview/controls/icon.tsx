/** Icons of VS Code's own font. They only accompany words, so a screen reader passes over them. */
const GLYPHS = {
  pass: '\uebb3',
  check: '\ueab2',
  fail: '\uea87',
  error: '\uea6c',
  unjudged: '\ueb32',
  running: '\uea77',
  search: '\uea6d',
  filter: '\ueaf1',
  close: '\uea76',
  play: '\ueb2c',
  runAll: '\ueb9e',
  rerun: '\ueb37',
  stop: '\uead7',
  plots: '\uebe3',
  history: '\uea82',
  export: '\uebac',
  copy: '\uebcc',
  open: '\uea94',
  terminal: '\uea85',
  edit: '\uea73',
  add: '\uea60',
  trash: '\uea81',
  more: '\uea7c',
  diff: '\ueae1',
  columns: '\ueb56',
  density: '\uebeb',
  sort: '\ueb55',
  down: '\ueab4',
  right: '\ueab6',
  up: '\ueab7',
  pin: '\ueb2b',
  thumbsUp: '\ueb6c',
  thumbsDown: '\ueb6b',
  question: '\ueb32',
  send: '\uec0f',
  file: '\uea7b',
} as const;

export type IconName = keyof typeof GLYPHS;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <span class="icon" aria-hidden="true">
    {GLYPHS[name]}
  </span>
);
