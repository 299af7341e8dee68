/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY for the command line; in the editor VS Code's own modules know the user's proxy.
 * Through a proxy, TLS is with the server itself: its certificate is checked, also against NODE_EXTRA_CA_CERTS.
 */
import type http from 'http';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { HumanError } from '../../core/errors.ts';
import { routeThrough } from './keep-alive-fetch.ts';

/** From now on requests of this process go through the proxy that the environment names for them. */
export function useEnvironmentProxy(): void {
  const known = new Map<string, http.Agent>();
  routeThrough((url) => {
    const proxy = isLoopback(url) ? '' : getProxyForUrl(url.href);
    if (proxy === '') return null;
    const key = `${url.protocol} ${proxy}`;
    const agent = known.get(key) ?? agentFor(url, proxy);
    known.set(key, agent);
    return agent;
  });
}

/** No proxy can reach what runs on this machine. */
const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

function agentFor(url: URL, proxy: string): http.Agent {
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol))
    throw new HumanError(
      'proxy/address',
      `The proxy for ${url.origin} is not an address that starts with http:// or https://.`,
      'Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY in the environment; NO_PROXY leaves a host out.',
    );
  const options = { keepAlive: true, scheduling: 'lifo' } as const;
  return url.protocol === 'https:' ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
}
