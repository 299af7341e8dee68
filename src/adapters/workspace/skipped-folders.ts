/** Folders that hold copies of prompts, or those of others: no search enters one that was not named. */
export const SKIPPED_FOLDERS: readonly string[] = ['node_modules', '.git', '.goldset', 'dist', 'out', 'vendor', '.venv'];
