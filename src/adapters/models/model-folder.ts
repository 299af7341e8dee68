import path from 'node:path';
import type { ResolvedModel } from '../../core/config/resolve-model.ts';

export interface ModelPlaces {
  /** The prompt's file. */
  readonly file: string;
  /** The folder of goldset.yaml. */
  readonly root: string;
  /** For an id that was given; the root, where it is absent. */
  readonly given?: string;
}

/** The folder that a path in a model's id is relative to, as `scripted:FILE` has one: that of the place where the id is written. */
export function modelFolder({ source }: ResolvedModel, { file, root, given = root }: ModelPlaces): string {
  if (source === 'prompt') return path.dirname(file);
  return source === 'given' ? given : root;
}
