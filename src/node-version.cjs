// Ends with one clear line where Node is too old, before it meets a file that it cannot read. Plain JavaScript, as any Node reads it.
'use strict';

const needed = 24;
const { node } = process.versions;
if (Number(node.split('.')[0]) < needed) {
  const hint = 'On Linux "npm ci" brings its own for every npm script; elsewhere install it from https://nodejs.org.';
  process.stderr.write(`imstats needs Node ${needed} or newer; this is Node ${node}. ${hint}\n`);
  process.exit(1);
}
