/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY for the command line; in the editor VS Code's own modules know the user's proxy.
 * Through a proxy, TLS is with the server itself: its certificate is checked, also against NODE_EXTRA_CA_CERTS.
 *
 * NO_PROXY has a host, `.suffix`, `*.suffix`, each with a port or without, or `*`: `proxy-from-env` 2.1 and the
 * `EnvHttpProxyAgent` of undici 7.30 agree on all of these (20 pairs of rule and address), except that there `.a.test` is also
 * `a.test`. Neither knows address ranges such as 10.0.0.0/8, which are added here, nor leaves this machine out. undici sends
 * plain http through CONNECT, which many proxies allow for port 443 only. When Node 24 is the oldest, `http.Agent`'s
 * `proxyEnv` replaces the three packages.
 */
import { BlockList, isIP } from 'node:net';
import type http from 'http';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { isLoopbackHost } from '../../core/config/key-pair.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { routeThrough } from './keep-alive-fetch.ts';

/** From now on requests of this process go through the proxy that the environment names for them; no proxy can reach what runs on this machine. */
export function useEnvironmentProxy(): void {
  const known = new Map<string, http.Agent>();
  const direct = rangesOf(process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? '');
  routeThrough((url) => {
    const proxy = isLoopbackHost(url.hostname) || isWithin(direct, url) ? '' : getProxyForUrl(url.href);
    if (proxy === '') return null;
    const key = `${url.protocol} ${proxy}`;
    const agent = known.get(key) ?? agentFor(url, proxy);
    known.set(key, agent);
    return agent;
  });
}

/** The address ranges of NO_PROXY, such as `10.0.0.0/8` and `fd00::/8`; an address without brackets is a range of one. */
function rangesOf(noProxy: string): BlockList {
  const ranges = new BlockList();
  for (const rule of noProxy.split(/[\s,]+/)) {
    const [address = '', bits] = rule.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : Number(bits);
    if (version !== 0 && bits !== '' && Number.isInteger(prefix) && prefix >= 0 && prefix <= most)
      ranges.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
  }
  return ranges;
}

function isWithin(ranges: BlockList, { hostname }: URL): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  return version !== 0 && ranges.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

function agentFor(url: URL, proxy: string): http.Agent {
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    throw new HumanError(
      'proxy/address',
      `The proxy for ${url.origin} must be an address that starts with http:// or https://.`,
      'Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY in the environment. Exclude a host with NO_PROXY.',
    );
  const options = { keepAlive: true, scheduling: 'lifo' } as const;
  return url.protocol === 'https:' ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
}
