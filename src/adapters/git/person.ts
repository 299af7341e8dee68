/** Who grades, corrects or decides: as git knows the person, else the account. No clear e-mail address gets into a file. */
import os from 'node:os';
import { isHumanError } from '../../core/problems/errors.ts';
import { personFile, shownPerson } from '../../core/display/person-name.ts';
import { sha256 } from '../hash.ts';
import type { Git } from './git.ts';

export interface Person {
  readonly name: string;
  /** Of their own files in the repository, without an ending: `git config goldset.person NAME`, else by their name. */
  readonly file: string;
}

/** `folder`: of the repository, whose configuration counts too. */
export async function personIn(folder: string, git: Git): Promise<Person> {
  const setting = async (name: string): Promise<string> => {
    try {
      return (await git.run(folder, ['config', name])).trim();
    } catch (error) {
      // It is not set, or there is no git.
      if (!isHumanError(error)) throw error;
      return '';
    }
  };
  const [chosen, given, email] = [await setting('goldset.person'), await setting('user.name'), await setting('user.email')];
  const name = given === '' ? os.userInfo().username : given;
  return {
    name: shownPerson(name),
    file: personFile({ chosen, name: given, email: email === '' ? os.userInfo().username : email }, sha256),
  };
}
