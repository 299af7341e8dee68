/** Whether a simulated rate keeps its bound (docs/testing.md): it fails only if its 99.9 % exact interval excludes the bound. */
import assert from 'node:assert/strict';
import { incompleteBeta } from '../../../src/core/statistics/beta.ts';

/** P(X ≥ k), X ~ Bin(n, p): 1 for k = 0. */
const tail = (k: number, n: number, p: number): number => (k <= 0 ? 1 : incompleteBeta(p, k, n - k + 1));

/** Clopper and Pearson's one-sided part of a 99.9 % interval. */
const SURE = 0.0005;

export function atMost(bound: number, count: number, n: number, what: string): void {
  assert.ok(tail(count, n, bound) >= SURE, `${what}: ${count} of ${n}, which is more than ${bound * 100} %`);
}

export function atLeast(bound: number, count: number, n: number, what: string): void {
  atMost(1 - bound, n - count, n, `${what}: the others`);
}

/** 1: `npm test`, with a fixed seed. More: `npm run simulate`, with as many other seeds. */
export const SEEDS = Number(process.env['GOLDSET_SEEDS'] ?? '1');
export const seedOf = (round: number, own: number): number => (SEEDS === 1 ? own : own + 7919 * (round + 1));
