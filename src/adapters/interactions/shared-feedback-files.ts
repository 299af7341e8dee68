/**
 * `feedback/BY.jsonl` of a workspace whose goldset.yaml says `feedback: repository`: one file per person, only ever appended to, so that the
 * work of two people never meets in one file. Readers take all of them together. What is in them may come from anybody with a pull request.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import { readGoldsetYaml } from '../../core/config/goldset-yaml.ts';
import type { FollowUp } from '../../core/feedback/interactions/interaction.ts';
import { readSharedLine, sharedLine } from '../../core/feedback/interactions/shared-feedback.ts';
import type { Refused } from '../../core/files/file-version.ts';
import type { TextRange } from '../../core/text/text.ts';
import { appendLines } from '../storage/append-lines.ts';
import { textNoFollow } from '../storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';

const FOLDER = 'feedback';
const FILE = /^[a-z0-9][a-z0-9._-]*\.jsonl$/i;
/** Bytes of one file: a person writes some hundred bytes a day. */
const MAX_FILE = 32 << 20;
/** Problems of one file that are listed. */
const MOST_PROBLEMS = 100;

export interface SharedProblem {
  /** Relative to the root. */
  readonly file: string;
  /** From 1; null: the file as a whole. */
  readonly line: number | null;
  /** Of the line in the file, in characters; null: the file as a whole. */
  readonly range: TextRange | null;
  readonly problem: string;
}

export interface SharedFeedback {
  /** In the order of files and lines; without those that stand twice. */
  readonly followUps: readonly FollowUp[];
  readonly problems: readonly SharedProblem[];
  readonly refused: Refused;
  /** Another one when something is different. */
  readonly stamp: string;
}

export const NO_SHARED: SharedFeedback = { followUps: [], problems: [], refused: { count: 0, first: null }, stamp: '' };

interface ReadFile {
  readonly stamp: string;
  readonly followUps: readonly FollowUp[];
  readonly problems: readonly SharedProblem[];
  readonly count: number;
}

export class SharedFeedbackFiles {
  private settings: { readonly stamp: string; readonly isOn: boolean } | null = null;
  private readonly files = new Map<string, ReadFile>();
  private last = NO_SHARED;

  /** `now`: ms since 1970. */
  constructor(
    readonly root: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** What all people of the repository have decided; nothing where goldset.yaml does not say `feedback: repository`. */
  read(): SharedFeedback {
    if (!this.isOn()) return (this.last = NO_SHARED);
    const folder = path.join(this.root, FOLDER);
    const stats = statsOf(folder);
    if (stats === undefined) return (this.last = NO_SHARED);
    if (!stats.isDirectory())
      return (this.last = ofProblems([wholeFile(FOLDER, 'It is not a folder. Links are not followed.')], 1, 'closed'));
    const names = readdirSync(folder)
      .filter((name) => FILE.test(name))
      .sort();
    const read = names.map((name) => this.readFile(name));
    const stamp = read.map((file, i) => `${names[i] ?? ''} ${file.stamp}`).join('\n');
    if (stamp === this.last.stamp) return this.last;
    const problems = read.flatMap((file) => file.problems);
    const count = read.reduce((sum, file) => sum + file.count, 0);
    this.last = { ...ofProblems(problems, count, stamp), followUps: withoutDoubles(read.flatMap((file) => file.followUps)) };
    return this.last;
  }

  /** `file`: of the person, without its ending. @throws as `appendLines` and `realPathToWrite`. */
  append(person: { readonly file: string; readonly name: string }, followUps: readonly FollowUp[]): void {
    mkdirSync(realPathToWrite(this.root, path.join(this.root, FOLDER)), { recursive: true });
    const file = realPathToWrite(this.root, path.join(this.root, FOLDER, `${person.file}.jsonl`));
    appendLines(
      file,
      followUps.map((followUp) => sharedLine(followUp, person.name)),
    );
  }

  private isOn(): boolean {
    const file = path.join(this.root, 'goldset.yaml');
    const stamp = stampOf(statsOf(file));
    if (this.settings?.stamp !== stamp)
      this.settings = {
        stamp,
        isOn: stamp !== '' && readGoldsetYaml('goldset.yaml', readFileSync(file, 'utf8')).config.feedback === 'repository',
      };
    return this.settings.isOn;
  }

  private readFile(name: string): ReadFile {
    const shown = `${FOLDER}/${name}`;
    const file = path.join(this.root, FOLDER, name);
    const stats = statsOf(file);
    const stamp = stampOf(stats);
    const known = this.files.get(name);
    if (known?.stamp === stamp && stamp !== '') return known;
    const read = stats?.isFile() === true && stats.size <= MAX_FILE ? this.linesIn(shown, file) : unreadable(shown, stats);
    this.files.set(name, { stamp, ...read });
    return { stamp, ...read };
  }

  private linesIn(shown: string, file: string): Omit<ReadFile, 'stamp'> {
    const followUps: FollowUp[] = [];
    const problems: SharedProblem[] = [];
    let [start, count] = [0, 0];
    for (const [i, line] of textNoFollow(file, MAX_FILE).split('\n').entries()) {
      const range = { start, end: start + line.length };
      start += line.length + 1;
      if (line.trim() === '') continue;
      const read = readSharedLine(line, this.now());
      if (!('problem' in read)) followUps.push(read);
      else if (++count <= MOST_PROBLEMS) problems.push({ file: shown, line: i + 1, range, problem: read.problem });
    }
    return { followUps, problems, count };
  }
}

function unreadable(shown: string, stats: Stats | undefined): Omit<ReadFile, 'stamp'> {
  if (stats === undefined) return { followUps: [], problems: [], count: 0 };
  const problem = stats.isFile() ? `It is larger than ${MAX_FILE >> 20} MB.` : 'It is not a regular file. Links are not followed.';
  return { followUps: [], problems: [wholeFile(shown, problem)], count: 1 };
}

const wholeFile = (file: string, problem: string): SharedProblem => ({ file, line: null, range: null, problem });

function ofProblems(problems: readonly SharedProblem[], count: number, stamp: string): SharedFeedback {
  const [first] = problems;
  const said = first === undefined ? null : `${first.file}${first.line === null ? '' : `, line ${first.line}`}: ${first.problem}`;
  return { followUps: [], problems, refused: { count, first: said }, stamp };
}

/** A merge of two branches may bring a line twice. */
function withoutDoubles(followUps: readonly FollowUp[]): FollowUp[] {
  const seen = new Map(followUps.map((followUp) => [JSON.stringify(followUp), followUp]));
  return [...seen.values()];
}

/** Links are not followed. */
const statsOf = (file: string): Stats | undefined => lstatSync(file, { throwIfNoEntry: false });

const stampOf = (stats: Stats | undefined): string =>
  stats === undefined ? '' : `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
