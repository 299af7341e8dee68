/** Patterns of paths: what people expect of them, the same as picomatch where it answers in time, and an answer for what it never ends with. */
import assert from 'node:assert/strict';
import picomatch from 'picomatch';
import { pathPattern, pathPatterns } from '../../src/core/files/path-pattern.ts';
import { Random } from '../../src/core/statistics/random.ts';

const matches = (pattern: string, path: string, dot = true): boolean => pathPattern(pattern, { dot })(path);

/** Pattern, paths that match, paths that do not. */
const TABLE: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['prompts/*.md', ['prompts/a.md', 'prompts/.md'], ['prompts/a/b.md', 'a.md', 'prompts/a.mdx']],
  ['prompts/**/*.md', ['prompts/a.md', 'prompts/a/b/c.md'], ['prompts/a.txt', 'other/a.md']],
  ['**/a.md', ['a.md', 'x/a.md', 'x/y/a.md'], ['xa.md', 'x/ya.md']],
  ['src/**', ['src', 'src/a', 'src/a/b', 'src/.a'], ['srcs', 'a/src']],
  ['./a?.md', ['ab.md', 'aé.md', 'a😀.md'], ['a.md', 'a/.md', 'abc.md']],
  ['[a-c]x[!1-3]', ['ax4', 'cxz'], ['dx4', 'ax1', 'ax']],
  ['{a,b/c}.md', ['a.md', 'b/c.md'], ['c.md', 'b.md']],
  ['v{1..3}.md', ['v1.md', 'v3.md'], ['v4.md', 'v1..3.md']],
  ['@(a|bc)d', ['ad', 'bcd'], ['abcd', 'd']],
  ['+(ab)c', ['abc', 'ababc'], ['c', 'abac']],
  ['*(ab)c', ['abc', 'c'], ['bc']],
  ['?(ab)c', ['abc', 'c'], ['ababc']],
  ['!(a|b).md', ['c.md', 'ab.md'], ['a.md', 'b.md', 'x/c.md']],
  ['!a.md', ['b.md'], ['a.md']],
  ['[id].md', ['[id].md', 'i.md'], ['id.md']],
  ['a\\*b', ['a*b'], ['axb']],
  ['{a}', ['{a}'], ['a']],
  ['(a', ['(a'], ['a']],
];

describe('patterns of paths', () => {
  for (const [pattern, yes, no] of TABLE)
    it(pattern, () => {
      assert.deepEqual(
        yes.filter((path) => !matches(pattern, path)),
        [],
      );
      assert.deepEqual(
        no.filter((path) => matches(pattern, path)),
        [],
      );
    });

  it('names that begin with a dot are matched only where that is wanted', () => {
    for (const pattern of ['*', '**', '?a', 'x/**/*.md', '**/*.md']) {
      const path = pattern.startsWith('x') ? 'x/.y/a.md' : '.a';
      assert.ok(!matches(pattern, path, false), pattern);
    }
    assert.ok(matches('.*', '.a', false) && matches('**', '.a') && matches('x/**/*.md', 'x/.y/a.md'));
    assert.ok(pathPatterns(['a', 'b*'], { dot: true })('bc'));
  });

  it('says what picomatch says', () => {
    const random = new Random(5);
    const pick = (from: readonly string[], most: number): string =>
      Array.from({ length: 1 + Math.floor(random.next() * most) }, () => from[Math.floor(random.next() * from.length)] ?? '').join('');
    const parts = ['a', 'b', '.md', '/', '/**/', '*', '?', '[ab]', '{a,b}', '{a,b/c}', '@(a|b)', '+(a)', '?(a)', '{1..3}', 'c'];
    let compared = 0;
    for (let i = 0; i < 8000; i++) {
      const pattern = pick(parts, 5);
      const path = pick(['a', 'b', '.md', '/', 'c', '1', 'ab'], 6);
      // Names are never empty, and picomatch reads several wildcards beside each other in ways of its own.
      if ([pattern, path].some((text) => /\/\/|^\/|\/$/.test(text)) || /\*[*{?+@]|[?}\])]\*\*|\*\*[^/]|[)?]\?/.test(pattern)) continue;
      compared++;
      assert.equal(matches(pattern, path), picomatch.isMatch(path, pattern, { dot: true, windows: false }), `${pattern} and ${path}`);
    }
    assert.ok(compared > 1000);
  });

  it('ends for patterns whose regular expressions do not', () => {
    const long = 'a'.repeat(4000);
    for (const pattern of [
      `${'*a'.repeat(40)}*b`,
      `${'**/'.repeat(40)}b`,
      '*(*(a|aa)|a)b',
      `${'{a,a}'.repeat(60)}b`,
      '!(*a*a*a*b)c',
      '+(+(+(a)))b',
    ])
      assert.ok(!matches(pattern, long), pattern);
    assert.ok(!matches('**/a/**/a/**/a/**/a/**/b', 'a/'.repeat(400) + 'c'));
  });
});
