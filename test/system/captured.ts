/** What an application captured, as it is read back. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { FollowUp, Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { flush } from '../../src/runtime/index.ts';

/** The HMAC by which a person is stored, with the secret of this machine that has been made by then. */
export function hmacOfMachine(person: string): string {
  const secret = readFileSync(path.join(process.env['GOLDSET_CONFIG_DIR'] ?? '', 'person-secret'), 'utf8');
  return createHmac('sha256', secret).update(person).digest('hex').slice(0, 16);
}

/** A root of its own, so that each test has a sink of its own. */
export class CaptureRoot {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'goldset-runtime-'));
  readonly problems: string[] = [];
  readonly sink = { root: this.root, onProblem: (problem: string): unknown => this.problems.push(problem) };

  constructor() {
    writeFileSync(path.join(this.root, 'goldset.yaml'), '');
  }

  async interactions(): Promise<Interaction[]> {
    return (await this.lines()).flatMap((line) => ('interaction' in line ? [line.interaction] : []));
  }

  async followUps(): Promise<FollowUp[]> {
    return (await this.lines()).flatMap((line) => ('followUp' in line ? [line.followUp] : []));
  }

  /** The only one. */
  async interaction(): Promise<Interaction> {
    const all = await this.interactions();
    const [only] = all;
    if (only === undefined || all.length > 1) throw new Error(`${all.length} interactions`);
    return only;
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private async lines(): Promise<({ interaction: Interaction } | { followUp: FollowUp })[]> {
    await flush();
    const lines: ({ interaction: Interaction } | { followUp: FollowUp })[] = [];
    const { refused } = new InteractionFiles(this.root).read(null, (line) => lines.push(line));
    if (refused.count > 0) throw new Error(refused.first ?? '');
    return lines;
  }
}
