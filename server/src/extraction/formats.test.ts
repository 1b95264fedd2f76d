import assert from 'node:assert/strict';
import { lookup } from 'mime-types';
import { formatOf, type Format } from './formats.js';

describe('the format of a content', () => {
  const byName: Readonly<Record<Format, readonly string[]>> = {
    text: [
      ...[
        'plan.md',
        'notes.txt',
        'server.log',
        'data.csv',
        'data.tsv',
        'a.json',
        'a.jsonld',
        'a.yaml',
        'a.yml',
        'a.toml',
      ],
      ...['a.xml', 'a.js', 'a.mjs', 'a.sql', 'a.sh', 'a.css', 'a.tex', 'a.svg', 'a.srt', 'a.ics', 'a.eml', 'a.geojson'],
      ...['a.c', 'a.java', 'a.jsx', 'a.php'],
    ],
    html: ['page.html', 'page.HTM', 'page.xhtml'],
    pdf: ['paper.pdf'],
    docx: ['letter.docx', 'letter.docm'],
    unknown: ['main.ts', 'main.rs', 'main.go', 'main.py', 'main.rb', 'Makefile', 'x.unheardof', 'a.tsx', 'a.kt'],
    binary: ['a.png', 'a.mp4', 'a.mp3', 'a.woff2', 'a.zip', 'a.gz', 'a.xlsx', 'a.odt', 'a.doc', 'a.jar', 'a.wasm'],
  };
  for (const [format, names] of Object.entries(byName)) {
    it(`is ${format} by the media type that ${names.slice(0, 3).join(', ')} … are pushed with`, () => {
      const other = names.filter((name) => {
        const found = formatOf(lookup(name) || 'application/octet-stream', name);
        // A type that the table of media types has or has not: it is read as text either way.
        return found !== format && !(['text', 'unknown'].includes(found) && ['text', 'unknown'].includes(format));
      });
      assert.deepEqual(other, []);
    });
  }

  it('is told by the media type first, whatever its case and parameters', () => {
    assert.equal(formatOf('Text/HTML; charset=utf-8', 'a.pdf'), 'html');
    assert.equal(formatOf('application/vnd.api+json', 'a.zip'), 'text');
    assert.equal(formatOf('video/mp2t', 'main.ts'), 'unknown');
    assert.equal(formatOf('video/mp2t', 'film.html'), 'unknown');
  });

  it('is told by the name where the media type tells nothing', () => {
    assert.equal(formatOf('application/octet-stream', 'paper.PDF'), 'pdf');
    assert.equal(formatOf('', 'page.htm'), 'html');
    assert.equal(formatOf('', ''), 'unknown');
  });
});
