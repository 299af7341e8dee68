/** What goldset.yaml says of records before they are written, as it is now: a process that runs for days follows the file. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EMPTY_CONFIG, readGoldsetYaml } from '../../core/config/goldset-yaml.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../core/config/declared-signals.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { PersonHash } from '../../core/feedback/redaction/persons.ts';
import { redactor } from '../../core/feedback/redaction/redact.ts';
import { readTextSync } from '../bounded-file.ts';
import { findRoot, openWorkspace } from '../workspace/root.ts';
import { personHash } from './user-hash.ts';

export class CaptureRules {
  private readonly file: string;
  private known: { readonly stamp: string; readonly config: CaptureConfig; readonly signals: DeclaredSignals } | null = null;

  /** `root`: the folder from which goldset.yaml is looked for. */
  constructor(private readonly root: string) {
    this.file = path.join(findRoot(root), 'goldset.yaml');
  }

  /** Of a file that is gone, such as between two steps of an editor that saves, the rules of before. @throws when it cannot be read. */
  async current(): Promise<CaptureConfig> {
    const stamp = await stampOf(this.file);
    if (this.known !== null && (stamp === MISSING || stamp === this.known.stamp)) return this.known.config;
    const { config } = await openWorkspace(this.root);
    this.known = { stamp, config: config.capture, signals: config.signals };
    return config.capture;
  }

  /** What signals mean, by the file that `current` has read. */
  get signals(): DeclaredSignals {
    return this.known?.signals ?? NO_DECLARED_SIGNALS;
  }

  /** As they were read last, else as they are, without waiting: for a process that ends. @throws when they cannot be read. */
  currentNow(): CaptureConfig {
    if (this.known !== null) return this.known.config;
    if (!existsSync(this.file)) return EMPTY_CONFIG.capture;
    return readGoldsetYaml('goldset.yaml', readTextSync(this.file)).config.capture;
  }
}

const MISSING = '';

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return MISSING;
    throw error;
  }
}

/**
 * Takes out of a line what is never written. `persons`: hashes what is about persons.
 * @throws {ConfigurationError} when a rule cannot be used: records that it was meant for would be written whole.
 */
export function redactorOf({ redact, problem }: CaptureConfig, persons: PersonHash = personHash): (line: StoredLine) => StoredLine {
  if (problem !== null)
    throw new ConfigurationError(
      'config/capture',
      `\`capture\` in goldset.yaml is invalid: ${problem}`,
      'Nothing is stored until you fix it, because text that must be redacted would be written.',
    );
  return redactor(redact, persons);
}
