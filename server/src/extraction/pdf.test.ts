import assert from 'node:assert/strict';
import { readPdf } from './pdf.js';
import { pdfOf, pdfWith, stream } from './testing/pdf-file.js';
import { Unreadable } from './unreadable.js';

const MIB = 1024 * 1024;
const read = (content: Buffer, maxTextBytes = MIB) => readPdf(new Uint8Array(content), maxTextBytes);
const CATALOG = '<< /Type /Catalog /Pages 2 0 R >>';

describe('the text of a PDF', () => {
  it('has its pages as headings, and the lines of each', async () => {
    const pdf = pdfWith([['Annual report', 'of the (fish) market'], [], ['The end']]);
    assert.deepEqual(await read(pdf), {
      text: '## Page 1\n\nAnnual report\nof the (fish) market\n\n## Page 3\n\nThe end\n',
      truncated: false,
    });
  });

  it('ends where enough is read', async () => {
    const pages = Array.from({ length: 3000 }, (_, index) => [`This is what stands on page ${index + 1}`]);
    const { text, truncated } = await read(pdfWith(pages), 1000);
    assert.ok(truncated && Buffer.byteLength(text) <= 1000 && text.includes('## Page 15\n'), text);
  });

  it('has the pages of a long one', async () => {
    const pages = Array.from({ length: 300 }, (_, index) => [`page ${index + 1}`]);
    const { text, truncated } = await read(pdfWith(pages));
    assert.ok(!truncated && text.endsWith('## Page 300\n\npage 300\n'));
  });

  it('is none where the file is broken', async () => {
    for (const content of [Buffer.alloc(0), Buffer.from('%PDF-1.7 but nothing else'), Buffer.alloc(10_000, 'x')]) {
      await assert.rejects(read(content), new Unreadable('It is not a valid PDF file.'));
    }
  });

  it('is what can be mended, where the table of objects is not where it should be', async () => {
    const broken = pdfWith([['text']])
      .toString('latin1')
      .replace(/startxref\n\d+/, 'startxref\n5');
    assert.match((await read(Buffer.from(broken, 'latin1'))).text, /text/);
  });

  it('is none where it takes a password to read it', async () => {
    const hex = (byte: string) => `<${byte.repeat(32)}>`;
    const pdf = pdfOf(
      [
        CATALOG,
        '<< /Type /Pages /Count 0 /Kids [] >>',
        `<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O ${hex('ab')} /U ${hex('cd')} >>`,
      ],
      `/Encrypt 3 0 R /ID [${hex('01')} ${hex('01')}]`,
    );
    await assert.rejects(read(pdf), new Unreadable('The PDF is encrypted.'));
  });

  it('is none, or what can be read, where parts refer to themselves', async () => {
    const page = '/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]';
    const loops = {
      pages: [CATALOG, '<< /Type /Pages /Count 2 /Kids [2 0 R 2 0 R] >>'],
      parents: [CATALOG, '<< /Type /Pages /Count 1 /Kids [3 0 R] /Parent 3 0 R >>', `<< ${page} /Contents 3 0 R >>`],
      forms: [
        CATALOG,
        '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
        `<< ${page} /Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R >>`,
        stream('/X Do'),
        stream('/X Do /X Do', '/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X 5 0 R >> >>'),
      ],
      lengths: [
        CATALOG,
        '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
        `<< ${page} /Contents 4 0 R >>`,
        '<< /Length 4 0 R >>\nstream\nq\nendstream',
      ],
    };
    for (const [name, objects] of Object.entries(loops)) {
      const result = await read(pdfOf(objects)).catch((error: unknown) => error);
      assert.ok(result instanceof Unreadable || (result as { text: string }).text === '', `${name}: ${String(result)}`);
    }
  });
});
