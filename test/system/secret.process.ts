/** A process that prints the secret in a file: `node secret FILE`. */
import { secretIn } from '../../src/adapters/storage/secret-file.ts';

process.stdout.write(secretIn(process.argv[2] ?? ''));
