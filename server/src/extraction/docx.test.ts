import assert from 'node:assert/strict';
import { readDocx } from './docx.js';
import { docxOf, documentXml, image, imageRelationship, paragraph } from './testing/docx-file.js';
import { Unreadable } from './unreadable.js';

const MIB = 1024 * 1024;
const read = (content: Buffer, maxTextBytes = MIB) => readDocx(content, maxTextBytes);
const invalid = new Unreadable('It is not a valid DOCX file.');

describe('the text of a DOCX', () => {
  it('has headings, paragraphs, tables and lists', async () => {
    const row = (...cells: string[]) =>
      `<w:tr>${cells.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`;
    const item = (text: string) =>
      `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
    const body = [
      ...[paragraph('Report', 'Title'), paragraph('Fish &amp; chips', 'Heading1'), paragraph('All of it.')],
      ...[
        `<w:tbl>${row('Cod', '5')}${row('Eel', '7')}</w:tbl>`,
        paragraph('Kinds', 'Heading2'),
        item('one'),
        item('two'),
      ],
    ];
    const { text, truncated } = await read(await docxOf(documentXml(body.join(''))));
    const lines = text.split('\n').filter(Boolean);
    assert.deepEqual(lines.slice(0, 6), ['# Report', '# Fish & chips', 'All of it.', 'Cod 5', 'Eel 7', '## Kinds']);
    assert.match(lines.slice(6).join('\n'), /one\n(- )?two/);
    assert.equal(truncated, false);
  });

  it('has the description of an image, and not its bytes', async () => {
    const docx = await docxOf(
      documentXml(image('i', 'A map of the sea') + paragraph('text')),
      { 'word/media/i.png': Buffer.alloc(60 * MIB, 'picture') },
      imageRelationship('i', 'media/i.png'),
    );
    const before = process.memoryUsage().arrayBuffers;
    const { text } = await read(docx);
    assert.equal(text, 'A map of the sea\n\ntext\n');
    assert.ok(process.memoryUsage().arrayBuffers - before < 50 * MIB);
  });

  it('ends where enough is read', async () => {
    const { text, truncated } = await read(await docxOf(documentXml(paragraph('some words').repeat(1000))), 100);
    assert.ok(truncated && text.startsWith('some words\n\nsome') && text.length <= 100);
  });

  it('is none where the file is no DOCX', async () => {
    const whole = await docxOf(documentXml(paragraph('text')));
    const broken = [Buffer.alloc(0), Buffer.from('PK'), Buffer.alloc(5000, 'PK\x03\x04'), whole.subarray(0, -40)];
    for (const content of broken) await assert.rejects(read(content), invalid);
    await assert.rejects(read(await docxOf('<no xml')), invalid);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 60, 120);
    await assert.rejects(read(damaged), invalid);
  });

  it('is none where it unpacks to more than is bearable, whatever it says of its size', async () => {
    const bomb = await docxOf(documentXml(paragraph('text')), { 'word/media/a.bin': Buffer.alloc(65 * MIB) });
    const tooLarge = new Unreadable('Unpacked it is larger than 64 MiB.');
    await assert.rejects(read(bomb), tooLarge);
    const lying = Buffer.from(bomb);
    for (let at = lying.indexOf('PK\x01\x02'); at !== -1; at = lying.indexOf('PK\x01\x02', at + 1)) {
      lying.writeUInt32LE(10, at + 24);
    }
    await assert.rejects(read(lying), tooLarge);
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, index) => [`word/${index}`, '']));
    await assert.rejects(read(await docxOf('', many)), new Unreadable('It has more than 2000 files in it.'));
  });

  it('is not looked for in archives in it', async () => {
    const inner = await docxOf(documentXml(paragraph('inner')), { 'word/b.bin': Buffer.alloc(30 * MIB) });
    const { text } = await read(await docxOf(documentXml(paragraph('outer')), { 'word/inner.docx': inner }));
    assert.equal(text, 'outer\n');
  });

  it('is none, or what can be read, where its XML is hostile', async () => {
    const entities = Array.from({ length: 12 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
    const external = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
    const hostile = {
      laughs: documentXml(paragraph('&e12;')).replace('?>', `?><!DOCTYPE d [<!ENTITY e0 "ha">${entities}]>`),
      external: documentXml(paragraph('&x;')).replace('?>', `?>${external}`),
      deep: documentXml(
        '<w:sdt><w:sdtContent>'.repeat(20_000) + paragraph('x') + '</w:sdtContent></w:sdt>'.repeat(20_000),
      ),
    };
    for (const [name, xml] of Object.entries(hostile)) {
      const result = await read(await docxOf(xml)).catch((error: unknown) => error);
      const text = result instanceof Unreadable ? '' : (result as { text: string }).text;
      assert.ok(text.length < 100 && !text.includes('root:'), `${name}: ${String(text)} ${String(result)}`);
    }
  });
});
