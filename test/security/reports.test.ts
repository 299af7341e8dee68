/** Reports of a run in which every name and text that a repository or a model chooses is hostile: HTML and Markdown show them as text. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { TestWorkspace } from '../system/command-line.ts';

const HOSTILE =
  '</script><owned-tag onload=x><img src=https://evil.example/p.png><a href="javascript:owned()">x</a> ![owned](https://evil.example/p.png) [owned](javascript:owned()) ' +
  '<!-- --><![CDATA[ ]]>"\'`|*_@everyone \u202e\u001b]0;owned\u0007\u001b[2J';
const text = JSON.stringify(HOSTILE);

describe('reports with hostile texts', () => {
  let workspace: TestWorkspace;
  const reports: Record<string, string> = {};
  before(async () => {
    const prompt = '<owned-tag src=x> ![owned](x).prompt';
    workspace = new TestWorkspace({
      [prompt]: '---\nmodel: scripted:./s.scripted.yaml\n---\nHello {{x}}\n',
      's.scripted.yaml': `price: { input: 1, output: 1 }\ndefault: { reply: ${text} }\n`,
      [prompt.replace(/prompt$/, 'golden.yaml')]: `- id: ${text}
  description: ${text}
  vars: { x: ${text} }
  assert: [{ type: contains, value: ${JSON.stringify(`${HOSTILE}!`)}, metric: ${text} }, { type: equals, value: ${text} }]
  group: ${text}
  metadata: { tags: [${text}] }
- { id: b, vars: { x: y }, expected: { label: ${text} } }
`,
    });
    const { code, err } = await workspace.run([
      'run',
      '--yes',
      '--report',
      'html=r.html',
      '--report',
      'markdown=r.md',
      '--report',
      'junit=r.xml',
    ]);
    assert.equal(code, 1, err);
    for (const name of ['r.html', 'r.md', 'r.xml']) reports[name] = workspace.read(name);
  });
  after(() => workspace.dispose());

  it('an HTML report has no element, address or attribute of theirs, and one script, which is ours', () => {
    const html = reports['r.html'] ?? '';
    assert.ok(html.includes('owned'));
    assert.doesNotMatch(html, /<owned|<img|<a[\s>]|<!\[CDATA|<!--|\son\w+=x>/i);
    // What is not in a text has no address: nothing is loaded, and nothing can be clicked.
    const tags = [...html.replace(/<script>[^]*?<\/script>/, '').matchAll(/<[a-z][^<>]*>/gi)].map(([tag]) => tag);
    assert.deepEqual(
      tags.filter((tag) => /\s(?:src|href|srcset|action|formaction|xlink:href|on\w+)\s*=/i.test(tag)),
      [],
    );
    const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script]) => script ?? '');
    assert.equal(scripts.length, 1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    assert.match(html, /default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[^']*'"/);
    assert.ok(html.includes(`script-src 'sha256-${hash}'`));
  });

  it('a Markdown report loads no picture, links nowhere and mentions no person', () => {
    const markdown = reports['r.md'] ?? '';
    assert.ok(markdown.includes('owned'));
    const outsideCode = markdown.replace(/```[^]*?```/g, '').replace(/`[^`\n]*`/g, '');
    assert.doesNotMatch(outsideCode, /(?<!\\)!\[owned|(?<!\\)\[owned\]\(|<owned|<img|@everyone/);
  });

  it('no report has control characters that act', () => {
    for (const [name, report] of Object.entries(reports))
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(report, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/, name);
    assert.doesNotMatch(reports['r.xml'] ?? '', /<owned|<img/);
  });
});
