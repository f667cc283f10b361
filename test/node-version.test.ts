// A Node that is too old ends with one line, whatever is started.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

const source = readFileSync(new URL('../src/node-version.cjs', import.meta.url), 'utf8');

/** What Node of this version writes and with which code it ends, if it does. */
function startUnder(node: string): { written: string; code: number | undefined } {
  const written: string[] = [];
  const codes: number[] = [];
  const process = {
    versions: { node },
    stderr: { write: (text: string) => written.push(text) },
    exit: (code: number) => codes.push(code),
  };
  runInNewContext(source, { process });
  return { written: written.join(''), code: codes[0] };
}

describe('the version of Node', () => {
  it.each(['18.20.8', '20.20.2', '22.18.0', '23.11.1'])('%s is refused in one line that says what to do', (version) => {
    const { written, code } = startUnder(version);
    expect(code).toBe(1);
    expect(written).toMatch(/^imstats needs Node 24 or newer; this is Node [\d.]+\. .+\n$/);
    expect(written).toContain(`Node ${version}.`);
  });

  it.each(['24.0.0', '26.10.0', '100.1.0'])('%s is taken without a word', (version) => {
    expect(startUnder(version)).toEqual({ written: '', code: undefined });
  });

  it('is what the configuration of npm says, and every script that runs Node asks for it first', () => {
    const { engines, scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
      scripts: Record<string, string>;
    };
    expect(source).toContain(`const needed = ${engines.node.replace('>=', '')};`);
    const runNode = Object.values(scripts).filter((script) => /(^| )node /.test(script));
    expect(runNode.length).toBeGreaterThan(3);
    for (const script of runNode) expect(script).toMatch(/ -r \.\/src\/node-version\.cjs \S+\.(ts|mjs)\b/);
  });
});
