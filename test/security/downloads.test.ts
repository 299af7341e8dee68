/** Where a download of prices may be sent on to: a spending limit is kept by what comes back. */
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { download, mayFollow } from '../../src/adapters/http/download.ts';

describe('a download of prices', () => {
  it('leaves encryption by no redirect', () => {
    const follows = (from: string, to: string): boolean => mayFollow(from, new URL(to, from));
    for (const to of ['https://other.example/x', '/x', '//other.example/x']) assert.ok(follows('https://prices.example/p', to), to);
    for (const to of ['http://prices.example/p', 'http://127.0.0.1/p', 'file:///etc/passwd', 'data:text/plain,x', 'ftp://x/y'])
      assert.ok(!follows('https://prices.example/p', to), to);
    assert.ok(follows('http://127.0.0.1:1/p', 'http://127.0.0.1:2/p'));
  });

  it('reads no file that a redirect names, and goes round in no circle', async () => {
    let requests = 0;
    let location = '';
    const server = http.createServer((_, response) => (requests++, response.writeHead(302, { location }).end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/p`;
    try {
      location = 'file:///etc/passwd';
      await assert.rejects(download(url), /not https/);
      assert.equal(requests, 1);
      location = url;
      await assert.rejects(download(url), /redirects too many times/);
      assert.equal(requests, 1 + 6);
    } finally {
      server.close();
    }
  });
});
