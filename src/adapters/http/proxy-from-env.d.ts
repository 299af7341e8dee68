declare module 'proxy-from-env' {
  /** The proxy's address for a URL; empty: it is reached directly. */
  export function getProxyForUrl(url: string): string;
}
