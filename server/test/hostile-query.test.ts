/** Query strings that break the contract. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { push, type Document } from './documents-client.js';
import { expectInvalid } from './problem.js';
import { rawExchange, requestHead } from './raw-connection.js';
import { startServer, type TestServer } from './test-server.js';

describe('a query string that breaks the contract', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    document = await push(server, 'content', { name: 'Plan' });
  });
  after(() => server.close());

  const queries: [query: string, location: string][] = [
    ['limit=0', 'query.limit'],
    ['limit=1001', 'query.limit'],
    ['limit=-1', 'query.limit'],
    ['limit=1.5', 'query.limit'],
    ['limit=ten', 'query.limit'],
    ['limit=', 'query.limit'],
    ['limit=null', 'query.limit'],
    ['limit=true', 'query.limit'],
    ['limit=NaN', 'query.limit'],
    ['limit=99999999999999999999', 'query.limit'],
    ['limit=1&limit=2', 'query.limit'],
    ['limit=1,2', 'query.limit'],
    ['limit[gt]=1', 'query.limit'],
    ['limit[]=1', 'query.limit'],
    ['name=a&name=b', 'query.name'],
    [`name=${'x'.repeat(256)}`, 'query.name'],
    ['tags=a&tags=b', 'query.tags'],
    [`tags=${'x'.repeat(256)}`, 'query.tags.0'],
    [`tags=${Array.from({ length: 51 }, (_, index) => `t${index}`).join(',')}`, 'query.tags'],
    ['cursor=a&cursor=b', 'query.cursor'],
    ['cursor=', 'query.cursor'],
    ['unknown=1', 'query.unknown'],
    ['Limit=1', 'query.Limit'],
    ['offset=10', 'query.offset'],
    ['constructor=x', 'query.constructor'],
    ['toString=x', 'query.toString'],
    ['hasOwnProperty=x', 'query.hasOwnProperty'],
  ];
  for (const [query, location] of queries) {
    it(`is refused: ?${query.slice(0, 40)}`, async () => {
      const response = await request(server.url).get(`/documents?${query}`);
      expectInvalid(response, location);
    });
  }

  it('is refused with every mistake named', async () => {
    const response = await request(server.url).get('/documents?limit=0&cursor=%20');
    expectInvalid(response, 'query.limit', 'query.cursor');
  });

  it('is refused when it means to change the prototype of something', async () => {
    for (const query of ['__proto__=x', '__proto__[limit]=x', '__proto__.limit=x']) {
      expectInvalid(await request(server.url).get(`/documents?${query}`));
    }
  });

  it('is refused where an operation has no parameters', async () => {
    const id = document.document_id;
    for (const address of [`/documents/${id}?x=1`, `/documents/${id}/metadata?x=1`]) {
      expectInvalid(await request(server.url).get(address), 'query.x');
    }
    expectInvalid(await request(server.url).delete(`/documents/${id}?force=true`), 'query.force');
    await request(server.url).get(`/documents/${id}`).expect(200);
  });

  it('is answered by what the contract lists, also at the addresses of the server itself', async () => {
    // The audit of the test server looks at the status.
    for (const address of ['/health?x=1', '/openapi.yaml?x=1']) await request(server.url).get(address);
  });

  const odd = [
    'limit=%31',
    'name=%zz',
    'name=%',
    'name=%c3',
    'name=%ff%fe',
    'name=%00',
    'tags=%zz',
    'limit=%zz',
    '%zz=1',
    '&&&',
    '=',
    '=x',
    'name',
    '?',
    '#',
    'name=a%20b+c',
    'limit=1;name=x',
  ];
  for (const query of odd) {
    it(`gets an answer, and no 500: ?${query}`, async () => {
      const response = await rawExchange(server.port, requestHead(`GET /documents?${query}`));
      assert.ok([200, 400].includes(response.status), String(response.status));
    });
  }

  it('is refused when it is as long as nobody could mean it', async () => {
    const response = await rawExchange(server.port, requestHead(`GET /documents?name=${'x'.repeat(10_000)}`));
    expectInvalid(response, 'query.name');
  });
});
