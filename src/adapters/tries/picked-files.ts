/** Files of a try that a person picked or dropped. What is outside the workspace is read only if a person chose it; nothing is downloaded. */
import { copyFileSync, constants, existsSync, lstatSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readBytes, readBytesSync } from '../bounded-file.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';
import { isInside, slashed, slashedPath } from '../within.ts';
import { dataUrlOf } from '../../core/files/data-url.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { typeOfBytes } from '../../core/files/file-signature.ts';
import { contentTypeOf, mediaEndingOf } from '../../core/files/media-type.ts';
import type { ReadMedia } from '../../core/prompt/media.ts';

/** A file as a field holds it. */
export interface ChosenFile {
  /** What the field holds: a path from the prompt, or an absolute one of a file outside the workspace. */
  readonly value: string;
  readonly name: string;
  /** By the first bytes. */
  readonly type: string;
  readonly bytes: number;
}

/** Bytes of one file. */
const MAX_MEDIA = 20 * 1024 * 1024;
/** Files that were dropped are held until the page closes: so many of them. */
const MOST_HELD = 16;

const tooLarge = (name: string): HumanError =>
  new HumanError('media/too-large', `${name} is larger than 20 MB.`, 'Choose a smaller file, or a part of it.');

const unknownType = (name: string): HumanError =>
  new HumanError(
    'media/type',
    `The first bytes of ${name} are not those of an image, a PDF or audio.`,
    'Use PNG, JPEG, GIF, WebP, PDF, WAV, MP3, AIFF, AAC, OGG, FLAC or M4A.',
  );

const again = (value: string): HumanError =>
  new HumanError('media/not-chosen', `${value} is outside the workspace and was not chosen here.`, 'Choose the file again.');

export class PickedFiles {
  /** Absolute paths of files outside the workspace. */
  private readonly chosen = new Set<string>();
  /** By the value of the field: the address with the bytes. */
  private readonly held = new Map<string, string>();

  /** A file that a person chose. `prompt`: the absolute path of the prompt's file. @throws {HumanError} */
  async pick(file: string, root: string, prompt: string): Promise<ChosenFile> {
    const name = path.basename(file);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats === undefined) throw new HumanError('media/missing', `${name} is not there any more.`, 'Choose another file.');
    if (stats.size > MAX_MEDIA) throw tooLarge(name);
    const bytes = await readBytes(file, MAX_MEDIA);
    const type = typeOfBytes(bytes);
    if (type === null) throw unknownType(name);
    const isOwn = isInside(root, file);
    if (!isOwn) this.chosen.add(path.resolve(file));
    return { value: isOwn ? slashedPath(path.dirname(prompt), file) : slashed(path.resolve(file)), name, type, bytes: bytes.length };
  }

  /** A file that was dropped: it has no path, and is held in memory. @throws {HumanError} */
  drop(given: string, base64: string): ChosenFile {
    const name = path.posix.basename(given.replaceAll('\\', '/')).slice(0, 200) || 'file';
    if (base64.length > Math.ceil(MAX_MEDIA / 3) * 4 + 4) throw tooLarge(name);
    const bytes = Buffer.from(base64, 'base64');
    const type = typeOfBytes(bytes);
    if (type === null) throw unknownType(name);
    const value = this.freeValue(name);
    this.held.set(value, `data:${type};base64,${bytes.toString('base64')}`);
    const [oldest] = this.held.keys();
    if (this.held.size > MOST_HELD && oldest !== undefined) this.held.delete(oldest);
    return { value, name, type, bytes: bytes.length };
  }

  /** Files that an earlier try of this person had: they were chosen then. */
  remember(files: readonly string[]): void {
    for (const file of files) this.chosen.add(file);
  }

  /** Those of these values that are files outside the workspace. */
  chosenIn(values: readonly string[]): string[] {
    return values.map((value) => path.resolve(value)).filter((file, i) => path.isAbsolute(values[i] ?? '') && this.chosen.has(file));
  }

  /** Reads what was picked or dropped; any other path is read as for a run, inside the workspace. */
  reader(inside: ReadMedia): ReadMedia {
    return async (url, promptPath) => {
      const held = this.held.get(url);
      if (held !== undefined) return inside(held, promptPath);
      if (!path.isAbsolute(url)) {
        if (url.startsWith(DROPPED))
          throw new HumanError('media/missing', `${url.slice(DROPPED.length)} is no longer here.`, 'Drop the file again.');
        return inside(url, promptPath);
      }
      const file = path.resolve(url);
      if (!this.chosen.has(file)) return inside(url, promptPath);
      const bytes = await readBytes(file, MAX_MEDIA);
      const type = typeOfBytes(bytes);
      if (type === null) throw unknownType(path.basename(file));
      return inside(`data:${type};base64,${bytes.toString('base64')}`, promptPath);
    };
  }

  /**
   * What a golden case beside `golden` writes for this value: a path from its folder. A file from outside the workspace is copied there.
   * @throws {HumanError} when it cannot be read or copied.
   */
  reference(value: string, root: string, prompt: string, golden: string): string {
    const folder = path.dirname(golden);
    const held = this.held.get(value);
    if (held !== undefined) {
      const bytes = Buffer.from(dataUrlOf(held)?.base64 ?? '', 'base64');
      return this.beside(root, folder, value.slice(DROPPED.length), bytes, (to) => writeFileSync(to, bytes, { flag: 'wx' }));
    }
    if (path.isAbsolute(value)) {
      const file = path.resolve(value);
      if (!this.chosen.has(file)) throw again(value);
      const bytes = readBytesSync(file, MAX_MEDIA);
      return this.beside(root, folder, path.basename(file), bytes, (to) => copyFileSync(file, to, constants.COPYFILE_EXCL));
    }
    const given = value.replace(/^file:(\/\/)?/i, '');
    return slashedPath(folder, path.resolve(path.dirname(prompt), given));
  }

  /** The name of a file with these bytes in the folder, which is written unless it is there. */
  private beside(root: string, folder: string, name: string, bytes: Buffer, write: (to: string) => void): string {
    const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
    const { name: stem, ext: own } = path.parse(plain);
    // A golden case tells media by the ending, and no file that is dropped becomes a prompt or settings.
    const ext = contentTypeOf({ url: plain }) === null ? mediaEndingOf(typeOfBytes(bytes) ?? '') : own;
    for (let i = 1; ; i++) {
      const free = `${stem === '' ? 'file' : stem}${i === 1 ? '' : `-${i}`}${ext}`;
      const to = path.join(folder, free);
      if (!existsSync(to) && lstatSync(to, { throwIfNoEntry: false }) === undefined) {
        write(realPathToWrite(root, to));
        return free;
      }
      if (lstatSync(to).isFile() && lstatSync(to).size === bytes.length && readBytesSync(to, MAX_MEDIA).equals(bytes)) return free;
    }
  }

  private freeValue(name: string): string {
    let value = `${DROPPED}${name}`;
    for (let i = 2; this.held.has(value); i++) value = `${DROPPED}${i}-${name}`;
    return value;
  }
}

/** How the value of a dropped file begins. */
const DROPPED = '<dropped>/';
