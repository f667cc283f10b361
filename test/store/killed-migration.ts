// A process that opens a store of an earlier version and ends itself with SIGKILL before the given writing statement.
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';

const [, , path = '', statement = ''] = process.argv;
const { prepare } = DatabaseSync.prototype;
let left = Number(statement);
DatabaseSync.prototype.prepare = function counted(sql) {
  if (/^\s*(alter|create|delete|insert|update)\b/i.test(sql)) left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  return prepare.call(this, sql);
};
const store = await openStore({ kind: 'sqlite', path }, { clock: systemClock, logger: silentLogger, owner: 'killed' });
await store.close();
