/** Heavy work on texts beside other requests: the server goes on answering, and gives its memory back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import request from 'supertest';
import { push } from './documents-client.js';
import { eventually } from './eventually.js';
import { ServerProcess } from './server-process.js';
import { etagOf, patchContent, postVersion, pushVersion } from './versions-client.js';

const MEBIBYTE = 1024 * 1024;
const SIZE = 10 * MEBIBYTE;
/** Generous, for machines that are busy with other things: the work itself would hold the event loop for seconds. */
const LONGEST_DELAY_MS = 400;
const SLOWEST_ANSWER_MS = 5000;
/** A thread may take as much for a while, and Node gives it back late; a copy of each text that was worked on is more. */
const GROWTH_LIMIT_BYTES = 300 * MEBIBYTE;

/**
 * Measures the event loop of the process that it is loaded into; at each signal it says how long it has worked without a
 * turn since the last one, at the longest. What counts is the time that the thread was on a core (Linux tells it, in
 * nanoseconds): on a busy machine it waits for one, and that is nobody's fault.
 */
const MONITOR = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    const worked = () => Number(readFileSync('/proc/self/task/' + process.pid + '/schedstat', 'utf8').split(' ', 1)[0]);
    let before = worked();
    let longest = 0;
    const turn = () => {
      const now = worked();
      longest = Math.max(longest, now - before);
      before = now;
    };
    setInterval(turn, 10).unref();
    process.on('SIGUSR2', () => {
      turn();
      process.stderr.write(JSON.stringify({ longest_delay_ms: longest / 1e6 }) + '\\n');
      longest = 0;
    });
  }`)}`;

/** A text of about `SIZE` bytes whose lines depend on `seed`. */
function makeText(seed: number): string {
  const lines: string[] = [];
  for (let size = 0, number = seed; size < SIZE; number = (number * 48271 + 1) % 2147483647) {
    const line = `${number.toString(36)} ${(number % 97).toString(36)} words of a line\n`;
    lines.push(line);
    size += line.length;
  }
  return lines.join('');
}

describe('10 MB texts', function () {
  this.timeout(60_000);
  let server: ServerProcess;
  let document_id: string;
  let base: string;
  let first: { checksum_sha256: string };

  before(async () => {
    server = await ServerProcess.start({
      environment: { DOCUMENT_LOG_LEVEL: 'silent', NODE_OPTIONS: `--import=${MONITOR}` },
    });
    base = makeText(1);
    first = await push(server, base, { filename: 'large.md' });
    ({ document_id } = first as { document_id: string } & typeof first);
    await pushVersion(server, document_id, `start\n${base}`, { filename: 'large.md' });
    await pushVersion(server, document_id, makeText(2), { filename: 'large.md' });
  });
  after(() => server.dispose());

  /** The longest delay of the server's event loop since the last time, in milliseconds. */
  async function longestDelay(): Promise<number> {
    const told = server.log.length;
    server.signal('SIGUSR2');
    await eventually(() => {
      assert.ok(server.log.length > told);
    });
    return Number(server.log.at(-1)?.['longest_delay_ms']);
  }
  /** Memory that is in use now, in bytes. */
  function residentBytes(): number {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Asks for something small all the time while `work` runs. Fails when the event loop or an answer was held up. */
  async function beside(what: string, work: () => Promise<void>): Promise<void> {
    await longestDelay();
    let slowest = 0;
    let answers = 0;
    const working = new AbortController();
    const asking = (async (): Promise<void> => {
      while (!working.signal.aborted) {
        const started = performance.now();
        await request(server.url).get(`/documents/${document_id}/metadata`).expect(200);
        slowest = Math.max(slowest, performance.now() - started);
        answers += 1;
      }
    })();
    try {
      await work();
    } finally {
      working.abort();
      await asking;
    }
    const longest = await longestDelay();
    assert.ok(longest < LONGEST_DELAY_MS, `${what}: the event loop stood still for ${Math.round(longest)} ms`);
    assert.ok(slowest < SLOWEST_ANSWER_MS, `${what}: an answer took ${Math.round(slowest)} ms`);
    assert.ok(answers > 3, `${what}: only ${answers} answers`);
  }

  async function status(place: string, accept = '*/*'): Promise<number> {
    const response = await fetch(`${server.url}/documents/${document_id}${place}`, { headers: { Accept: accept } });
    await response.arrayBuffer();
    return response.status;
  }

  it('are compared off the event loop, or refused: all different, nearly the same', async () => {
    await beside('a comparison', async () => {
      const statuses = await Promise.all([
        status('/diff?from=1&to=2'),
        status('/diff?from=1&to=3'),
        status('/diff?from=2&to=3', 'application/json'),
      ]);
      for (const found of statuses) assert.ok(found === 200 || found === 422, `${found}`);
      assert.equal(statuses[0], 200);
    });
  });

  it('are merged off the event loop', async () => {
    const current = await pushVersion(server, document_id, base.replace('\n', ' changed\n'), { filename: 'large.md' });
    assert.equal(current.version, 4);
    const mine = `${base}end\n`;
    await beside('a merge', async () => {
      const fields = { ifMatch: etagOf(first), onConflict: 'merge', filename: 'large.md' };
      const response = await postVersion(server, document_id, mine, fields);
      assert.equal(response.status, 201, response.text);
      assert.equal((response.body as { outcome: string }).outcome, 'merged');
    });
  });

  it('are edited off the event loop', async () => {
    await beside('an edit', async () => {
      for (const edits of [
        [{ op: 'append', text: 'one more\n' }],
        [{ op: 'replace', old: 'words of', new: 'phrases of', all: true }],
        [{ op: 'replace', old: 'nothing that is there', new: '' }],
      ]) {
        const response = await patchContent(server, document_id, edits, { ifMatch: '*' });
        assert.ok([201, 422].includes(response.status), response.text);
      }
    });
  });

  it('are read in parts off the event loop, and the second time without the whole', async () => {
    await beside('a part', async () => {
      assert.deepEqual(await Promise.all([status('/outline'), status('/text?lines=100000-100100')]), [200, 200]);
      const started = performance.now();
      for (let line = 1; line < 50_000; line += 5000) {
        assert.equal(await status(`/text?lines=${line}-${line + 50}`), 200);
      }
      const each = (performance.now() - started) / 10;
      assert.ok(each < 200, `${Math.round(each)} ms for a part whose text is known`);
    });
  });

  it('leave nothing in memory, however often they are worked on', async () => {
    const work = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) {
        const edits = [{ op: 'prepend', text: `turn ${turn}\n` }];
        const response = await patchContent(server, document_id, edits, { ifMatch: '*' });
        assert.ok([200, 201].includes(response.status), response.text);
        assert.equal(await status('/diff'), 200);
        assert.equal(await status('/text?lines=1-10'), 200);
      }
    };
    await work();
    const before = residentBytes();
    await work();
    await work();
    const growth = residentBytes() - before;
    // Each turn works on 60 MB and more; six of them would be over 360 MB if they stayed.
    assert.ok(growth < GROWTH_LIMIT_BYTES, `${Math.round(growth / MEBIBYTE)} MiB more`);
  });
});
