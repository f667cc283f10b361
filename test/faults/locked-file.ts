// A SQLite file that another program holds for a while.
import { DatabaseSync } from 'node:sqlite';

/** Nobody else can write to the file while `work` runs. */
export async function withLockedFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    database.exec('begin immediate');
    return await work();
  } finally {
    database.close();
  }
}
