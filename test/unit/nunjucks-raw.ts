/** What Nunjucks 3.2 makes of text, `raw` blocks and strings: by its parser's rule for the end of raw. Any other tag is a failure. */
import assert from 'node:assert/strict';

export function shownByNunjucks(template: string): string {
  let rest = template;
  let out = '';
  while (rest !== '') {
    const raw = /^\{% raw %\}([^]*?)\{%\s*(raw|endraw)\s*%\}/.exec(rest);
    const string = /^\{\{ "(\{)" \}\}/.exec(rest);
    const plain = /^(?:(?!\{[{%#])[^])+/.exec(rest);
    assert.ok(raw !== null || string !== null || plain !== null, rest);
    if (raw !== null) assert.equal(raw[2], 'endraw');
    if (raw === null && plain !== null) assert.ok(!plain[0].includes('#}'), rest);
    out += raw?.[1] ?? string?.[1] ?? plain?.[0] ?? '';
    rest = rest.slice((raw ?? string ?? plain)?.[0].length);
  }
  return out;
}
