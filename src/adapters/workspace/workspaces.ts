/** Workspaces for a process that opens them again and again: goldset.yaml is parsed once for each text that it has. */
import { readGoldsetYaml, type GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { ReadableEnvironment } from '../../core/prompt/promptfoo/environment.ts';
import type { ReadText } from './prompt-reads.ts';
import { readWorkspace, type Workspace } from './root.ts';

/** Workspaces kept at once. */
const KEPT = 32;

type Settings = Omit<Workspace, 'root'>;

export class Workspaces {
  /** By root. */
  private readonly known = new Map<string, { readonly text: string; readonly settings: Settings }>();

  /** `readText`: the text of a file, which an editor may not have saved. */
  constructor(
    private readonly readText: ReadText,
    private readonly parse: typeof readGoldsetYaml = readGoldsetYaml,
    /** The model of a workspace whose goldset.yaml names none; null: it has none. */
    private readonly defaultModel: (root: string) => string | null = () => null,
    /** What prompts may read of the environment; absent: nothing. */
    private readonly environmentOf?: (config: GoldsetConfig) => ReadableEnvironment,
  ) {}

  /** The workspace that `from`, a folder, is in. @throws when its goldset.yaml cannot be read. */
  async open(from: string): Promise<Workspace> {
    const read = await readWorkspace(from, this.readText, (text, root) => this.settingsOf(text, root));
    const workspace = this.environmentOf === undefined ? read : { ...read, environment: this.environmentOf(read.config) };
    const model = workspace.config.model === null ? this.defaultModel(workspace.root) : null;
    return model === null ? workspace : { ...workspace, config: { ...workspace.config, model } };
  }

  /** The text of goldset.yaml that a root was last opened with, which an editor may not have saved; empty: it has none. */
  settingsText(root: string): string {
    return this.known.get(root)?.text ?? '';
  }

  private settingsOf(text: string, root: string): Settings {
    const known = this.known.get(root);
    if (known?.text === text) return known.settings;
    const settings = this.parse('goldset.yaml', text);
    if (this.known.size >= KEPT) this.known.clear();
    this.known.set(root, { text, settings });
    return settings;
  }
}
