/** A corpus of 1,000 outputs that try to get out of their cell: markup, broken Markdown, hidden signs, length. Made from seeds, the same each time. */

const MARKUP = [
  '<script>parent.hostileRan = window.hostileRan = 1</script>',
  '<img src=x onerror="window.hostileRan=1">',
  '<img src="https://example.com/track.png">',
  '<svg onload="window.hostileRan=1"><script>window.hostileRan=1</script></svg>',
  '<iframe src="javascript:window.hostileRan=1"></iframe><iframe srcdoc="<script>parent.hostileRan=1</script>"></iframe>',
  '<style>*{display:none!important}body{background:url(https://example.com/bg)}</style>',
  '<link rel="stylesheet" href="https://example.com/x.css">',
  '<a href="javascript:window.hostileRan=1">click</a><a href="command:workbench.action.quit">quit</a>',
  '<form action="https://example.com"><button>Accept as expected</button></form>',
  '<div style="position:fixed;inset:0;z-index:9999;background:red">You have been logged out</div>',
  '<meta http-equiv="refresh" content="0;url=https://example.com">',
  '<base href="https://example.com/"><object data="https://example.com/x"></object><embed src="https://example.com/y">',
  '<details open ontoggle="window.hostileRan=1"><summary>x</summary></details>',
  '<input autofocus onfocus="window.hostileRan=1"><video src="https://example.com/v" onerror="window.hostileRan=1"></video>',
  '</pre></div></main></body></html><script>window.hostileRan=1</script>',
];
const MARKDOWN = [
  '![x](https://example.com/p.png "t")\n\n**bold**',
  '[click](javascript:window.hostileRan=1) and [command](command:workbench.action.terminal.new)',
  '[ref]\n\n[ref]: https://example.com/ref "x"\n\n- item',
  '<https://example.com/auto> **b** https://example.com/bare',
  `${'>'.repeat(3000)} deep`,
  `${'- '.repeat(2000)}deep list`,
  `${'*'.repeat(5000)}a${'*'.repeat(5000)}`,
  `${'['.repeat(4000)}x${']('.repeat(2000)}`,
  '| a | b |\n|---|---|\n'.concat('| <img src=x onerror=window.hostileRan=1> | `c` |\n'.repeat(200)),
  '```html\n<script>window.hostileRan=1</script>\n```\n\n# Heading that is none of the page',
  '**'.repeat(3000),
  '`'.repeat(3001),
  '\\'.repeat(2000),
  '&lt;script&gt;window.hostileRan=1&lt;/script&gt; &#x3c;img src=x onerror=window.hostileRan=1&#x3e; **x**',
  '![a](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+) **x**',
];
const SIGNS = [
  '\u202eDESREVER\u202c and \u2066isolated\u2069',
  'zero\u200bwidth\u200cjoin\u200der\ufeff\u2060',
  '\u001b[31mred\u001b[0m \u001b]8;;https://example.com\u0007link\u001b]8;;\u0007 \u001b[2J',
  'a\u0300'.repeat(500),
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319'.repeat(120),
  '\u0000\u0001\u0007\b\u007f\u0085\u009b',
  '\ud800 lone \udc00 surrogates',
  '\u00ad'.repeat(300),
  '\u3000'.repeat(2000),
  'W'.repeat(20_000),
  '\n'.repeat(10_000),
  '\t'.repeat(3000),
  '﷽'.repeat(300),
  '👩‍👩‍👧‍👦'.repeat(200),
  'مرحبا hello שלום',
];
const JSONS = [
  JSON.stringify({ __proto__x: 1, html: '<img src=x onerror=window.hostileRan=1>', constructor: { prototype: { polluted: true } } }),
  `${'['.repeat(800)}1${']'.repeat(800)}`,
  `{"__proto__": {"polluted": true}, "a": ${'"x'.repeat(1)}"}`,
  JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`key-${i}\u202e`, '<b>'.repeat(3)]))),
  '{"a": 1e999, "b": -0, "c": "\\u202e"}',
];
const LARGE = 5 * 1024 * 1024;

export function hostileOutputs(): string[] {
  const kinds = [MARKUP, MARKDOWN, SIGNS, JSONS];
  const outputs: string[] = [];
  for (let i = 0; outputs.length < 996; i++) {
    const kind = kinds[i % kinds.length] ?? MARKUP;
    const first = kind[Math.floor(i / kinds.length) % kind.length] ?? '';
    const other = kinds[(i + 1) % kinds.length] ?? MARKUP;
    const second = other[(i * 7) % other.length] ?? '';
    // Alone, together, cut in the middle, and within other text.
    outputs.push(
      [first, `${first}\n\n${second}`, first.slice(0, 1 + (first.length * (i % 9)) / 9), `Answer ${i}: ${first} **and** ${second}`][
        Math.floor(i / 60) % 4
      ] ?? first,
    );
  }
  outputs.push('x'.repeat(LARGE), '<b>'.repeat(LARGE / 3), '# '.repeat(LARGE / 2), `{"a":"${'y'.repeat(LARGE)}"}`);
  return outputs;
}
