import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { doc, useFolder } from './doc.js';
import { sendProblem, SOME_ID, useStandIns } from './stand-in-server.js';

describe('errors', () => {
  const standIn = useStandIns();
  const folder = useFolder();

  async function portThatNobodyServes(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    assert.ok(address !== null && typeof address === 'object');
    return `http://127.0.0.1:${address.port}`;
  }

  it('7 when no server answers, and how to start one', async () => {
    const url = await portThatNobodyServes();
    for (const args of [['query'], ['status'], ['pull', SOME_ID], ['rm', SOME_ID]]) {
      const { code, stdout, stderr } = await doc(args, { url, cwd: folder.path });
      assert.equal(code, 7, args.join(' '));
      assert.equal(stdout, '');
      assert.match(
        stderr,
        /^Error: .*Cannot connect to http:\/\/127\.0\.0\.1:\d+ .*\n.*`npm start` in the document-sync repository.*DOCUMENT_SERVER_URL/,
      );
    }
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('7 when no server answers, also with stdin to push', async () => {
    const url = await portThatNobodyServes();
    const { code } = await doc(['push', '-', '--name', 'x'], { url, input: Buffer.alloc(1_000_000) });
    assert.equal(code, 7);
  });

  it('7 when the server is silent for too long', async () => {
    const url = await standIn(() => undefined);
    const { code, stderr } = await doc(['query'], { url, env: { DOCUMENT_SERVER_TIMEOUT: '0.3' } });
    assert.equal(code, 7);
    assert.match(stderr, /nothing moved for 0\.3 s\.\n.*DOCUMENT_SERVER_TIMEOUT/);
  });

  it('7 when the host is unknown', async () => {
    const { code, stderr } = await doc(['query'], { url: 'http://no-such-host.invalid' });
    assert.equal(code, 7);
    assert.match(stderr, /no-such-host\.invalid/);
  });

  for (const [status, problem, exitCode] of [
    [403, 'host_not_allowed', 3],
    [401, 'unauthorized', 3],
    [404, 'document_not_found', 4],
    [404, 'version_not_found', 4],
    [410, 'version_removed', 4],
    [404, 'section_not_found', 4],
    [409, 'section_ambiguous', 2],
    [409, 'version_conflict', 5],
    [412, 'version_mismatch', 5],
    [412, 'merge_conflict', 5],
    [422, 'edit_failed', 2],
    [422, 'not_text', 2],
    [422, 'text_too_large', 2],
    [428, 'precondition_required', 2],
    [429, 'rate_limited', 6],
    [500, 'internal_error', 1],
    [503, 'unavailable', 6],
    [507, 'insufficient_storage', 6],
  ] as const) {
    it(`${exitCode} for the problem ${problem}`, async () => {
      const url = await standIn((_, response) => {
        sendProblem(response, status, problem);
      });
      const text = await doc(['info', SOME_ID], { url });
      assert.equal(text.code, exitCode);
      assert.equal(text.stdout, '');
      assert.ok(text.stderr.startsWith(`Error: Detail of ${problem}.\n`), text.stderr);
      const json = await doc(['info', SOME_ID, '--format', 'json'], { url });
      assert.equal(json.stdout, '');
      assert.equal(json.stderr.trimEnd().split('\n').length, 1, 'it is more than one line');
      const { code, message, request_id, exit_code } = JSON.parse(json.stderr);
      assert.deepEqual(
        { code, message, request_id, exit_code },
        { code: problem, message: `Detail of ${problem}.`, request_id: 'request-1', exit_code: exitCode },
      );
    });
  }

  it('waits as long as the server asks, and tries again', async () => {
    let asked = 0;
    const url = await standIn((_, response) => {
      asked += 1;
      if (asked === 1) sendProblem(response, 503, 'unavailable', { 'retry-after': '0' });
      else response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    });
    assert.equal((await doc(['query', '--quiet'], { url })).code, 0);
    assert.equal(asked, 2);
  });

  for (const [what, status, body, exitCode] of [
    ['a web page', 200, '<html>Welcome</html>', 2],
    ['a page that says not found', 404, '<html>Not found</html>', 2],
    ['a proxy without its server', 502, '<html>Bad gateway</html>', 6],
    ['a proxy that wants to know who calls', 407, '', 3],
    ['a redirect', 302, '', 2],
  ] as const) {
    it(`${exitCode} when the address is that of ${what}`, async () => {
      const url = await standIn((_, response) => {
        response.writeHead(status, {
          'content-type': 'text/html',
          ...(status === 302 && { location: 'https://example.org/login' }),
        });
        response.end(body);
      });
      const { code, stderr, stdout } = await doc(['query'], { url });
      assert.equal(code, exitCode);
      assert.equal(stdout, '');
      assert.match(stderr, /^Error: .*\nCheck DOCUMENT_SERVER_URL/);
    });
  }

  it('2 for every wrong variable of the environment at once, before anything is asked', async () => {
    const env = {
      DOCUMENT_SERVER_URL: 'localhost:8766',
      DOCUMENT_SERVER_TIMEOUT: 'soon',
      DOCUMENT_SERVER_API_KEY: 'a b',
    };
    const { code, stderr } = await doc(['query'], { env });
    assert.equal(code, 2);
    for (const name of Object.keys(env)) assert.ok(stderr.includes(name), `${name} is not named`);
    assert.doesNotMatch(stderr, /a b/);
    assert.equal((await doc(['--help'], { env })).code, 0);
  });

  it('sends the key, and who it is', async () => {
    const seen: (string | undefined)[] = [];
    const url = await standIn((request, response) => {
      seen.push(request.headers.authorization, request.headers['user-agent']);
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    });
    assert.equal((await doc(['query'], { url, env: { DOCUMENT_SERVER_API_KEY: 'key_1' } })).code, 0);
    assert.equal(seen[0], 'Bearer key_1');
    assert.match(seen[1] ?? '', /^document-sync-cli\/\d+\.\d+\.\d+$/);
  });

  it('works behind a path', async () => {
    let path: string | undefined;
    const url = await standIn((request, response) => {
      path = request.url;
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    });
    assert.equal((await doc(['query', '--limit', '1'], { url: `${url}/store/` })).code, 0);
    assert.equal(path, '/store/documents?limit=1');
  });

  it('do not carry escape sequences of the server', async () => {
    const url = await standIn((_, response) => {
      response.writeHead(400, { 'content-type': 'application/problem+json' });
      const detail = 'a\x1b[31m\u009bb';
      response.end(
        JSON.stringify({ type: 'x', title: 'x', status: 400, code: 'validation_failed', detail, request_id: 'r' }),
      );
    });
    for (const format of ['table', 'json']) {
      const { stderr } = await doc(['query', '--format', format], { url });
      assert.doesNotMatch(stderr, /[^\P{Cc}\n]/u);
    }
  });

  it('do not carry escape sequences of what others wrote', async () => {
    const hostile = 'a\x1b]0;owned\x07\u009b31m\u202eb\r';
    const side = { start_line: 1, line_count: 1, lines: [hostile] };
    const refusals = [
      { code: 'merge_conflict', conflicts: [{ base: side, current: side, yours: side }], current_version: 2 },
      { code: 'edit_failed', found: { occurrences: 0, lines: [], suggestions: [hostile] } },
      {
        code: 'edit_failed',
        detail: 'It is there: see "found.suggestions", which have it.',
        found: { occurrences: 0, lines: [1], suggestions: [`${hostile}\n${hostile}`] },
      },
    ];
    for (const refusal of refusals) {
      const url = await standIn((request, response) => {
        if (request.method === 'GET') {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(
            JSON.stringify({ document_id: SOME_ID, name: 'a', version: 1, checksum_sha256: '0'.repeat(64) }),
          );
          return;
        }
        request.resume();
        response.writeHead(412, { 'content-type': 'application/problem+json' });
        response.end(
          JSON.stringify({ type: 'x', title: 'x', status: 412, detail: 'Detail.', request_id: 'r', ...refusal }),
        );
      });
      for (const format of ['table', 'json']) {
        const args = ['edit', SOME_ID, '--append', 'x', '--base', '1', '--merge', '--format', format];
        const { stderr } = await doc(args, { url });
        assert.match(stderr, /owned/);
        assert.doesNotMatch(stderr, /[^\P{Cc}\n]|\u202e/u);
      }
    }
  });
});
