/** A hash function, passed in: core computes no hash of its own. */

/** SHA-256 of a text, in hex. */
export type Hash = (text: string) => string;
