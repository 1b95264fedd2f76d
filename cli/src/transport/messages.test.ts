import assert from 'node:assert/strict';
import { LightRequest } from './request.js';
import { LightResponse } from './response.js';

/*
 * Each behaviour is asked of Node's own classes and of those that stand in for them. The two have more in common than
 * their declarations, hence the casts.
 */
const requestClasses = [
  ['Request of Node', Request],
  ['light request', LightRequest as unknown as typeof Request],
] as const;

const responseClasses = [
  ['Response of Node', Response],
  ['light response', LightResponse as unknown as typeof Response],
] as const;

const url = 'http://127.0.0.1:1/documents';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield new TextEncoder().encode(text);
  }
}

function stream(...texts: string[]): ReadableStream<Uint8Array> {
  const source = chunks(...texts);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

for (const [name, Class] of requestClasses) {
  describe(name, () => {
    it('has the defaults of fetch', () => {
      const request = new Class(new URL(`${url}#here`));
      assert.equal(request.url, `${url}#here`);
      assert.equal(request.method, 'GET');
      assert.equal(request.redirect, 'follow');
      assert.equal(request.body, null);
      assert.equal(request.bodyUsed, false);
      assert.equal(request.signal.aborted, false);
    });

    it('writes methods as servers know them', () => {
      assert.equal(new Class(url, { method: 'delete' }).method, 'DELETE');
      assert.equal(new Class(url, { method: 'PATCH' }).method, 'PATCH');
    });

    it('says what its body is', async () => {
      const text = new Class(url, { method: 'POST', body: 'grün' });
      assert.equal(text.headers.get('content-type'), 'text/plain;charset=UTF-8');
      assert.equal(await text.text(), 'grün');
      const blob = new Class(url, { method: 'POST', body: new Blob(['x'], { type: 'image/png' }) });
      assert.equal(blob.headers.get('content-type'), 'image/png');
      const named = new Class(url, { method: 'POST', body: 'x', headers: { 'content-type': 'a/b' } });
      assert.equal(named.headers.get('content-type'), 'a/b');
    });

    it('takes over another request, and what overrides it', async () => {
      const aborter = new AbortController();
      const first = new Class(url, { method: 'POST', body: 'one', headers: { a: '1' }, redirect: 'error' });
      const second = new Class(first, { headers: { b: '2' }, signal: aborter.signal });
      assert.equal(second.method, 'POST');
      assert.equal(second.redirect, 'error');
      assert.equal(second.headers.get('a'), null);
      assert.equal(second.headers.get('b'), '2');
      assert.equal(await second.text(), 'one');
      assert.equal(first.bodyUsed, true);
      aborter.abort();
      assert.equal(second.signal.aborted, true);
      assert.throws(() => new Class(first), TypeError);
      assert.equal(await new Class(first, { body: 'two' }).text(), 'two');
    });

    it('refuses what cannot be requested', () => {
      assert.throws(() => new Class('/documents'), TypeError);
      assert.throws(() => new Class('http://me:secret@127.0.0.1/'), TypeError);
      assert.throws(() => new Class(url, { method: 'GE T' }), TypeError);
      assert.throws(() => new Class(url, { body: 'x' }), TypeError);
      assert.throws(() => new Class(url, { method: 'POST', body: stream('x') }), TypeError);
    });
  });
}

for (const [name, Class] of responseClasses) {
  describe(name, () => {
    it('has the defaults of fetch', () => {
      const response = new Class();
      assert.equal(response.status, 200);
      assert.equal(response.statusText, '');
      assert.equal(response.ok, true);
      assert.equal(response.body, null);
      assert.equal(response.url, '');
      assert.equal(response.type, 'default');
    });

    it('is not ok from 300 on', () => {
      assert.equal(new Class(null, { status: 299 }).ok, true);
      assert.equal(new Class(null, { status: 304 }).ok, false);
      assert.equal(new Class('', { status: 404, statusText: 'Not Found' }).statusText, 'Not Found');
    });

    for (const [kind, body] of [
      ['text', () => '{"a":"ü"}'],
      ['bytes', () => new TextEncoder().encode('{"a":"ü"}')],
      ['a buffer', () => new TextEncoder().encode('{"a":"ü"}').buffer],
      ['a Blob', () => new Blob(['{"a":', '"ü"}'])],
      ['a stream', () => stream('{"a":', '"ü"}')],
    ] as const) {
      it(`reads ${kind} in every way, once`, async () => {
        const make = (): Response => new Class(body(), { headers: { 'content-type': 'application/json' } });
        assert.equal(await make().text(), '{"a":"ü"}');
        assert.deepEqual(await make().json(), { a: 'ü' });
        assert.equal((await make().arrayBuffer()).byteLength, 10);
        const blob = await make().blob();
        assert.deepEqual([blob.size, blob.type], [10, 'application/json']);
        const streamed = make();
        let bytes = 0;
        for await (const chunk of streamed.body ?? []) bytes += chunk.byteLength;
        assert.equal(bytes, 10);
        const twice = make();
        await twice.text();
        assert.equal(twice.bodyUsed, true);
        await assert.rejects(twice.text(), TypeError);
      });
    }

    it('drops a byte order mark, as text has none', async () => {
      assert.equal(await new Class(new Uint8Array([0xef, 0xbb, 0xbf, 0x41])).text(), 'A');
    });

    it('reports that text is no JSON', async () => {
      await assert.rejects(new Class('<html>').json(), SyntaxError);
    });

    it('lets go of its source when it is cancelled unread', async () => {
      let cancelled = false;
      const source = new ReadableStream<Uint8Array>({
        cancel() {
          cancelled = true;
        },
      });
      await new Class(source).body?.cancel();
      assert.equal(cancelled, true);
    });

    it('refuses what is no answer', () => {
      assert.throws(() => new Class(null, { status: 199 }), RangeError);
      assert.throws(() => new Class(null, { status: 600 }), RangeError);
      assert.throws(() => new Class('x', { status: 204 }), TypeError);
    });
  });
}
