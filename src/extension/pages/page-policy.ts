/** What a page may load and do: our one style sheet, our font, our one script; nothing from a network. */
export const pagePolicy = (source: string, nonce: string): string =>
  `default-src 'none'; style-src ${source}; font-src ${source}; script-src 'nonce-${nonce}'`;
