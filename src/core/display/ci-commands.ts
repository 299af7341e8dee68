/**
 * Lines that a CI system reads as commands when a step prints them. Model output, names and reasons are from outside: `::stop-commands::x`
 * would hide every annotation after it, and `##vso[task.setvariable …]` would set a variable for the steps that follow.
 *
 * GitHub: `::NAME` at the start of a line after spaces, and `##[NAME]` anywhere in it (actions/runner, ActionCommand.cs). Azure Pipelines:
 * `##vso[` and `##[`, anywhere. TeamCity: `##teamcity[`. GitLab's need control characters, which are shown as code points.
 */

const AT_START = /^([^\S\n]*:)(?=:)/gm;
const ANYWHERE = /##(?=(?:vso|teamcity)?\[)/gi;
/** Characters of `##teamcity`, and some. */
const MOST_BEGUN = 32;
/** Shows nothing, and ends what would be a command. */
const BETWEEN = '\u200b';

/** The text as it is read, and no command of a CI system. */
export const withoutCiCommands = (text: string): string => text.replace(AT_START, `$1${BETWEEN}`).replace(ANYWHERE, `#${BETWEEN}#`);

/** What was printed of a line so far could become a command by what follows. */
const BEGUN = /(?:^[^\S\n]*:|#(?:#[a-z]*)?)$/i;

/** As `withoutCiCommands`, for a text that comes piece by piece: a command may begin in one and end in the next. */
export class PiecesWithoutCiCommands {
  /** The line that is not ended, or its end. */
  private line = '';

  next(piece: string): string {
    const isBegun = BEGUN.test(this.line);
    // What continues a line does not begin one.
    const isInLine = this.line.trim() !== '';
    const text = withoutCiCommands(isInLine ? `-${piece}` : piece).slice(isInLine ? 1 : 0);
    const all = this.line + piece;
    const own = all.slice(all.lastIndexOf('\n') + 1);
    // Spaces before a command may be many; what else is longer is no beginning of one.
    this.line = own.trimStart().length > MOST_BEGUN ? `-${own.slice(-MOST_BEGUN)}` : own.trimStart();
    return isBegun && text !== '' ? BETWEEN + text : text;
  }
}

/** JSON with the same meaning in which no text is a command. */
export const jsonWithoutCiCommands = (json: string): string => json.replace(ANYWHERE, '#\\u0023');

/** Whether a CI system reads along. */
export const isReadByCi = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  ['CI', 'GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'].some((name) => (environment[name] ?? '') !== '');
