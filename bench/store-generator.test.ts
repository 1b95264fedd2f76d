import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readOptions } from './options.js';
import { countMatches, queryPath, QUERY_FILTERS } from './query-filters.js';
import { openWorkbench, type Workbench } from './workbench.js';

describe('a generated store', () => {
  const COUNT = 200;
  let bench: Workbench;
  before(() => {
    const options = readOptions(['--quick']);
    assert.ok(options);
    bench = openWorkbench(mkdtempSync(join(tmpdir(), 'generated-store-')), options);
  });
  after(() => {
    bench.clear();
  });

  it('is one that the server serves, with as many documents behind each filter as were counted', async () => {
    const server = await bench.startOurs(await bench.store(COUNT));
    const matches = countMatches(COUNT);
    for (const [index, filter] of QUERY_FILTERS.entries()) {
      const response = await fetch(`http://127.0.0.1:${server.port}${queryPath(filter, 1000)}`);
      const documents = (await response.json()) as unknown[];
      assert.equal(documents.length, matches[index], filter.id);
    }
    await server.stop();
  });

  it('holds documents whose content can be pulled', async () => {
    const server = await bench.startOurs(await bench.store(COUNT));
    const origin = `http://127.0.0.1:${server.port}`;
    const [newest] = (await (await fetch(`${origin}/documents?limit=1`)).json()) as [
      { document_id: string; size_bytes: number },
    ];
    const content = await (await fetch(`${origin}/documents/${newest.document_id}`)).text();
    assert.equal(content.length, newest.size_bytes);
    assert.match(content, /^The content of document \d+\.\n/);
    await server.stop();
  });
});
