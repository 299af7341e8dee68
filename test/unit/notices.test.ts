/** Both packages carry the licence of each library that is bundled. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

describe('the third-party notices', () => {
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');
  const metafiles = JSON.parse(readFileSync('dist/meta.json', 'utf8')) as readonly { readonly inputs: Readonly<Record<string, unknown>> }[];

  it('name each bundled library with its version and its licence, and attribute the icons', () => {
    const names = metafiles.flatMap(({ inputs }) =>
      Object.keys(inputs).flatMap((file) => (file.includes('node_modules/') ? [file.slice(file.lastIndexOf('node_modules/') + 13)] : [])),
    );
    const libraries = new Set(
      names.map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
    );
    assert.ok(libraries.size > 15, String(libraries.size));
    for (const library of libraries) assert.match(notices, new RegExp(`^${library} \\d+\\.\\d+\\.\\d+\\S* \\(`, 'm'), library);
    assert.match(notices, /codicon\.ttf\) are by Microsoft/);
    assert.match(notices, /Permission is hereby granted, free of charge/);
  });

  it('are packed into the VSIX and into the npm package', () => {
    assert.match(readFileSync('.vscodeignore', 'utf8'), /^!dist\/THIRD-PARTY-NOTICES\.txt$/m);
    assert.match(readFileSync('scripts/npm-package.mjs', 'utf8'), /'CHANGELOG\.md', NOTICES\]/);
  });
});
