/** Finding documents: what a filter means, whatever characters it is made of. */
import assert from 'node:assert/strict';
import request from 'supertest';
import { find, push, type Document } from './documents-client.js';
import { expectInvalid } from './problem.js';
import { startServer, type TestServer } from './test-server.js';

/** Names with everything that LIKE, FTS5 and SQL could take for their own. */
const NAMES = [
  '100% sure',
  '100 percent',
  '100_sure',
  'a_b',
  'axb',
  'a%b',
  'back\\slash',
  'backslash',
  '\\%_',
  'double"quote',
  "single'quote",
  'star*name',
  'AND OR NOT',
  'and or not',
  'NEAR(a b)',
  'near miss',
  '(parentheses)',
  '{braces}',
  '[a-z]',
  'col:name',
  '-minus',
  '^caret',
  '+plus',
  "'; DROP TABLE documents; --",
  'null',
  'NULL',
  '""',
  "''",
  '😀',
  '😀😀😀',
  'grin 😀 emoji',
  '日本語の設計書',
  '設計',
  '計',
  'Ärger im Büro',
  'ärger',
  'ÄÖÜ',
  'äöü',
  'a',
  'ab',
  'abc',
  'abcd',
  'abcabc',
  'ABC',
  '  spaces  inside  ',
  'x,y',
  'x&y=z#?/',
  'é',
  'ελληνικά',
  'КИРИЛЛИЦА',
];

describe('queryDocuments', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
    for (const name of NAMES) await push(server, `content of ${name}`, { name, tags: 'named' });
  });
  after(() => server.close());

  async function names(query: Record<string, string | number>): Promise<string[]> {
    const documents = await find(server, { limit: 1000, ...query });
    return documents.map(({ name }) => name);
  }
  const newestFirst = (wanted: (name: string) => boolean): string[] => NAMES.filter(wanted).reverse();
  const contains = (part: string) => (name: string) => name.toLowerCase().includes(part.toLowerCase());

  describe('name', () => {
    it('finds every document by every part of its name, and no other document', async () => {
      const parts = new Set(
        NAMES.flatMap((name) => {
          const characters = Array.from(name);
          return [1, 2, 3, 4, characters.length].flatMap((length) =>
            [0, 1, characters.length - length].map((start) =>
              characters.slice(Math.max(start, 0), start + length).join(''),
            ),
          );
        }),
      );
      parts.delete('');
      assert.ok(parts.size > 150);
      for (const part of parts) {
        assert.deepEqual(await names({ name: part }), newestFirst(contains(part)), JSON.stringify(part));
      }
    });

    it('does not mind the case', async () => {
      for (const part of ['ÄRGER', 'äÖü', 'BÜRO', 'Near', 'null', 'кириллица', 'ΕΛΛΗΝΙΚΆ', 'É']) {
        const found = await names({ name: part });
        assert.ok(found.length > 0, part);
        assert.deepEqual(found, newestFirst(contains(part)), part);
      }
    });

    it('finds nothing for what is in no name', async () => {
      const parts = ['zzz', 'zz', 'z\u{1F600}', '%%', '__', '%_%', '*', '* OR 1=1', '" OR "', 'name_folded:a'];
      for (const part of parts)
        assert.deepEqual(await names({ name: part }), newestFirst(contains(part)), JSON.stringify(part));
    });

    it('takes no control characters, which no name holds either', async () => {
      for (const part of ['\u0000', 'abc\u0000', 'b\u0000', 'a\nb', '\u001b', '\u0085']) {
        expectInvalid(await request(server.url).get('/documents').query({ name: part }), 'query.name');
        expectInvalid(
          await request(server.url)
            .get('/documents')
            .query({ tags: `a,${part}b` }),
          'query.tags.1',
        );
      }
    });

    it('counts as no filter when it is empty', async () => {
      assert.deepEqual(
        await names({ name: '' }),
        newestFirst(() => true),
      );
    });

    it('takes a part as long as a name may be', async () => {
      const alphabet = Array.from({ length: 255 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
      await push(server, 'long', { name: alphabet, tags: 'long' });
      assert.deepEqual(await names({ name: alphabet }), [alphabet]);
      assert.deepEqual(await names({ name: '\ufdfa'.repeat(255) }), []);
      await request(server.url)
        .get('/documents')
        .query({ name: `${alphabet}x` })
        .expect(400);
    });

    it('reads a plus as a space and %2B as a plus, as forms do', async () => {
      const plus = await request(server.url).get('/documents?name=100+percent').expect(200);
      assert.deepEqual(
        (plus.body as Document[]).map(({ name }) => name),
        ['100 percent'],
      );
      const encoded = await request(server.url).get('/documents?name=%2Bplus').expect(200);
      assert.deepEqual(
        (encoded.body as Document[]).map(({ name }) => name),
        ['+plus'],
      );
    });

    it('takes reserved characters also when they are not encoded', async () => {
      const response = await request(server.url).get('/documents?name=col:name').expect(200);
      assert.deepEqual(
        (response.body as Document[]).map(({ name }) => name),
        ['col:name'],
      );
    });
  });

  describe('name, in alphabets with rules of their own', () => {
    const cases: [name: string, parts: string[]][] = [
      ['Straße 7', ['straße', 'STRAßE', 'ß', 'ẞ', 'raß']],
      ['İstanbul plan', ['İstanbul', 'İ', 'stanbul', 'İSTANBUL', 'tan']],
      ['ΟΔΥΣΣΕΥΣ', ['οδυσσευς', 'ΟΔΥΣΣΕΥΣ', 'ΥΣΣ', 'ΟΔΥΣ', 'οδυσ', 'Σ', 'ΣΣ', 'ΕΥΣ']],
      ['ΑΣ', ['Σ', 'σ', 'ς', 'ΑΣ', 'ας', 'ασ']],
      ['ﬁle ½ ①', ['ﬁle', 'ﬁ', '½', '①', 'FILE']],
      ['cafe\u0301', ['CAFE\u0301', 'café', 'CAFÉ']],
      ['한글 문서', ['한글', '글', '글 문']],
      ['ไทย', ['ไทย', 'ไ']],
    ];
    for (const [name, parts] of cases) {
      it(`finds ${name} by ${parts.join(', ')}`, async () => {
        await push(server, name, { name, tags: 'alphabets' });
        for (const part of parts) assert.ok((await names({ name: part, tags: 'alphabets' })).includes(name), part);
      });
    }
  });

  describe('tags', () => {
    const TAGGED: Record<string, string> = {
      one: 'design',
      two: 'design,docs',
      three: 'design,docs,v2',
      case: 'Design',
      odd: '100%,a_b,"q",\'s\',AND,*,日本,😀,two words',
      similar: '100x,axb,designs',
    };
    before(async () => {
      for (const [name, tags] of Object.entries(TAGGED)) await push(server, name, { name: `tagged ${name}`, tags });
    });
    const tagged = async (tags: string, more: Record<string, string> = {}): Promise<string[]> =>
      (await names({ tags, ...more })).map((name) => name.replace('tagged ', ''));

    it('must all be there, whole, in their own case and in any order', async () => {
      assert.deepEqual(await tagged('design'), ['three', 'two', 'one']);
      assert.deepEqual(await tagged('design,docs'), ['three', 'two']);
      assert.deepEqual(await tagged('docs,design'), ['three', 'two']);
      assert.deepEqual(await tagged('v2,docs,design'), ['three']);
      assert.deepEqual(await tagged('Design'), ['case']);
      assert.deepEqual(await tagged('design,nothing'), []);
      assert.deepEqual(await tagged('desig'), []);
      assert.deepEqual(await tagged('Design,design'), []);
    });

    it('may be given twice, with space around them, or not at all', async () => {
      assert.deepEqual(await tagged(' design , design,, docs '), ['three', 'two']);
      assert.deepEqual(await tagged('', { name: 'tagged' }), ['similar', 'odd', 'case', 'three', 'two', 'one']);
      assert.deepEqual(await tagged(' , ', { name: 'tagged o' }), ['odd', 'one']);
    });

    it('stand for themselves, whatever they are made of', async () => {
      for (const tag of ['100%', 'a_b', '"q"', "'s'", 'AND', '*', '日本', '😀', 'two words']) {
        assert.deepEqual(await tagged(tag), ['odd'], tag);
      }
      for (const tag of ['%', '_', '100_', "' OR '1'='1", '1', 'true', 'null']) {
        assert.deepEqual(await tagged(tag), [], JSON.stringify(tag));
      }
    });

    it('narrow together with a name', async () => {
      assert.deepEqual(await tagged('design', { name: 'two' }), ['two']);
      assert.deepEqual(await tagged('design', { name: 'TAGGED T' }), ['three', 'two']);
      assert.deepEqual(await tagged('design,docs', { name: 'o' }), ['two']);
      assert.deepEqual(await tagged('design', { name: 'nothing' }), []);
      assert.deepEqual(await tagged('nothing', { name: 'two' }), []);
    });

    it('come with the document in the order in which they were given', async () => {
      const [document] = await find(server, { name: 'tagged odd' });
      assert.deepEqual(document?.tags, (TAGGED['odd'] ?? '').split(','));
    });
  });

  it('answers with whole documents, the same as their metadata', async () => {
    for (const document of await find(server, { limit: 5 })) {
      const metadata = await request(server.url).get(`/documents/${document.document_id}/metadata`).expect(200);
      assert.deepEqual(document, metadata.body);
    }
  });

  it('answers with an empty array when nothing fulfils the filter', async () => {
    assert.deepEqual(await find(server, { name: 'in no name at all' }), []);
  });
});
