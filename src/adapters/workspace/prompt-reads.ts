/** Where the text of a prompt comes from. */

/** The text of a file: an unsaved editor's, or what is on disk. */
export type ReadText = (file: string) => Promise<string>;

/** Where a prompt and its partials are read from: the disk, editors, or a commit. */
export interface PromptFiles {
  readonly read: ReadText;
  /** Whether there is such a file in the workspace. */
  readonly has: (file: string) => Promise<boolean>;
}
