import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One COPY of the Dockerfile, its sources relative to the repository. */
interface Copy {
  readonly stage: string;
  /** The stage that is copied from; undefined for the repository. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** What the last stage is called here; it has no name of its own. */
const RUNTIME = 'runtime';
const dockerfile = readFileSync(path.join(root, 'Dockerfile'), 'utf8');
const copies = readCopies(dockerfile);

/** There may be no container engine here: this replays what of the Dockerfile can be replayed without one. */
describe('Dockerfile', () => {
  it('copies only what is there and what .dockerignore lets through', () => {
    assert.ok(copies.length >= 10, 'the COPY lines were not understood');
    for (const { from, sources } of copies) {
      for (const source of sources) {
        assert.ok(existsSync(path.join(root, source)), `there is no ${source}`);
        if (from === undefined) assert.ok(isInContext(source), `.dockerignore leaves out ${source}`);
      }
    }
  });

  it('leaves out what must not get into an image', () => {
    for (const place of [
      '.git',
      'node_modules',
      'server/node_modules',
      'server/dist',
      '.document-storage',
      'README.md',
    ]) {
      assert.equal(isInContext(place), false, place);
    }
  });

  it('ends as an ordinary user with a health check, a volume and a clean stop', () => {
    const runtime = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    for (const line of [
      /^USER node$/m,
      /^VOLUME \/data$/m,
      /^STOPSIGNAL SIGTERM$/m,
      /^HEALTHCHECK /m,
      /^CMD \["node", /m,
    ]) {
      assert.match(runtime, line);
    }
  });

  it('asks for keys, since everybody who reaches the container reaches it', () => {
    assert.equal(imageEnvironment()['DOCUMENT_SERVER_HOST'], '0.0.0.0');
    assert.equal(imageEnvironment()['DOCUMENT_SERVER_AUTH'], 'keys');
    assert.doesNotMatch(dockerfile, /ALLOW_ANONYMOUS/);
  });

  describe('the image', function () {
    this.timeout(30_000);
    let image: string;
    before(() => {
      image = mkdtempSync(path.join(tmpdir(), 'document-sync-image-'));
      for (const { stage, from, sources, target } of copies) {
        if (stage !== RUNTIME) continue;
        for (const source of sources) put(image, source, target, from === 'packages');
      }
    });
    after(() => {
      rmSync(image, { recursive: true, force: true });
    });

    it('holds everything that the server needs, is healthy and stops when told', async () => {
      const [program, ...args] = exec('CMD');
      const child = spawn(program === 'node' ? process.execPath : (program ?? ''), args, {
        cwd: image,
        env: {
          ...imageEnvironment(),
          PATH: process.env['PATH'],
          DOCUMENT_SERVER_HOST: '127.0.0.1',
          DOCUMENT_LOG_LEVEL: 'warn',
          DOCUMENT_SERVER_PORT: '0',
          DOCUMENT_STORAGE_DIR: path.join(image, 'data'),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      const url = await firstUrl(child.stdout);
      try {
        const [, flag, script] = exec('HEALTHCHECK');
        const env = { PATH: process.env['PATH'], DOCUMENT_SERVER_PORT: new URL(url).port };
        const healthy = spawn(process.execPath, [flag ?? '', script ?? ''], { env, stdio: 'inherit' });
        assert.deepEqual(await once(healthy, 'exit'), [0, null]);
        for (const page of ['/openapi.yaml', '/docs']) assert.equal((await fetch(url + page)).status, 200, page);
        assert.equal((await fetch(`${url}/documents`)).status, 401);
      } finally {
        child.kill('SIGTERM');
      }
      assert.deepEqual(await ended, [0, null]);
      const unhealthy = spawn(process.execPath, exec('HEALTHCHECK').slice(1), {
        env: { DOCUMENT_SERVER_PORT: new URL(url).port },
      });
      assert.deepEqual(await once(unhealthy, 'exit'), [1, null]);
    });
  });
});

describe('compose.yaml', () => {
  it('asks for keys, and publishes the server on loopback only', () => {
    const { services } = parseYaml(readFileSync(path.join(root, 'compose.yaml'), 'utf8')) as {
      services: Record<string, { ports: string[]; environment: Record<string, string>; volumes: string[] }>;
    };
    const service = services['document-sync'];
    assert.ok(service);
    assert.deepEqual(service.ports, ['127.0.0.1:8766:8766']);
    assert.deepEqual(service.volumes, ['documents:/data']);
    assert.equal(service.environment['DOCUMENT_SERVER_AUTH'], 'keys');
    assert.equal(service.environment['DOCUMENT_SERVER_ALLOW_ANONYMOUS'], undefined);
    const settings = readFileSync(path.join(root, 'docs/configuration.md'), 'utf8');
    for (const variable of Object.keys(service.environment)) assert.ok(settings.includes(`\`${variable}\``), variable);
  });
});

/** What the image sets by itself. */
function imageEnvironment(): Record<string, string> {
  const lines = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')))?.[1] ?? '';
  return Object.fromEntries([...lines.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
}

/** Reads the COPY lines, stage by stage; the last stage is `runtime`. */
function readCopies(text: string): Copy[] {
  const stages = text.split(/^FROM /m).slice(1);
  return stages.flatMap((body, at) => {
    const stage = at === stages.length - 1 ? RUNTIME : (/ AS (\w+)/.exec(body)?.[1] ?? '');
    return [...body.matchAll(/^COPY (?:--from=(\w+) )?(.+) (\S+)$/gm)].map(([, from, sources = '', target = '']) => ({
      stage,
      from,
      sources: sources.split(' ').map((source) => source.replace(/^\/app\//, '')),
      target,
    }));
  });
}

/** Whether .dockerignore lets a file or folder into the build; its last line that fits decides. */
function isInContext(place: string): boolean {
  let inside = true;
  for (const line of readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const pattern = line.replace(/^!/, '');
    const everywhere = pattern.startsWith('**/');
    const parts = everywhere ? place.split('/') : [place];
    const fits =
      pattern === '*' || parts.some((part) => part === pattern.replace('**/', '') || part.startsWith(`${pattern}/`));
    if (fits) inside = line.startsWith('!');
  }
  return inside;
}

/** Puts a source where a COPY would, without the unit tests; packages are linked, as copying them takes long. */
function put(image: string, source: string, target: string, link: boolean): void {
  const place = path.join(image, target.endsWith('/') ? path.join(target, path.basename(source)) : target);
  mkdirSync(path.dirname(place), { recursive: true });
  if (link) symlinkSync(path.join(root, source), place);
  else cpSync(path.join(root, source), place, { recursive: true, filter: (file) => !/\.test\./.test(file) });
}

/** The program of a CMD in JSON form: CMD itself, or the one of HEALTHCHECK. */
function exec(instruction: string): string[] {
  const line = new RegExp(`^${instruction} .*?(\\[.*\\])$`, 'ms').exec(dockerfile)?.[1]?.split('\n')[0];
  return JSON.parse(line ?? '[]') as string[];
}

/** The address in the line that the server prints when it listens. */
async function firstUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const url = /http:\/\/[\w.:[\]]+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the server ended without saying where it listens');
}
