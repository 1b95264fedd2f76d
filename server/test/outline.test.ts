/** The headings of a Markdown document. */
import assert from 'node:assert/strict';
import { push } from './documents-client.js';
import { startServer, type TestServer } from './test-server.js';
import { etagOf, get, type TextPart } from './versions-client.js';

const TEXT =
  '# Plan\n\nIntro.\n\n## Decisions\n\nFirst.\n\n```md\n## Fenced\n```\n\n## Owners\n\nAda\n\n## Decisions\n\nSecond.\n';

describe('getOutline', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('lists the headings with lines, anchors and sizes that the parts then have', async () => {
    const document = await push(server, TEXT, { filename: 'plan.md' });
    const response = await get(server, document.document_id, '/outline');
    assert.equal(response.status, 200, response.text);
    assert.equal(response.headers['etag'], etagOf(document));
    const { headings, total_tokens, ...totals } = response.body as {
      headings: {
        level: number;
        title: string;
        anchor: string;
        start_line: number;
        end_line: number;
        size_bytes: number;
        tokens: number;
      }[];
      total_tokens: number;
    };
    assert.deepEqual(totals, {
      document_id: document.document_id,
      version: 1,
      total_lines: 19,
      total_bytes: TEXT.length,
      total_headings: 4,
      truncated: false,
    });
    assert.deepEqual(
      headings.map(({ level, title, anchor, start_line, end_line }) => [level, title, anchor, start_line, end_line]),
      [
        [1, 'Plan', '#plan', 1, 19],
        [2, 'Decisions', '#decisions', 5, 12],
        [2, 'Owners', '#owners', 13, 16],
        [2, 'Decisions', '#decisions-1', 17, 19],
      ],
    );
    assert.equal(headings[0]?.tokens, total_tokens);
    for (const { anchor, start_line, end_line, size_bytes, tokens } of headings) {
      const { body } = await get(server, document.document_id, '/text', { section: anchor });
      const found = body as TextPart;
      assert.deepEqual(
        [found.start_line, found.end_line, found.length_bytes, found.tokens],
        [start_line, end_line, size_bytes, tokens],
      );
    }
  });

  it('is empty where there are no headings, and says when it leaves some out', async () => {
    const none = await push(server, 'plain\n');
    const { headings } = (await get(server, none.document_id, '/outline')).body as { headings: unknown[] };
    assert.deepEqual(headings, []);
    const many = await push(server, '# x\n'.repeat(5001), { filename: 'a.md' });
    const outline = (await get(server, many.document_id, '/outline')).body as {
      headings: unknown[];
      truncated: boolean;
      total_headings: number;
    };
    assert.deepEqual([outline.headings.length, outline.truncated, outline.total_headings], [5000, true, 5001]);
  });
});
