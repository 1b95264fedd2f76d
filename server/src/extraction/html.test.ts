import assert from 'node:assert/strict';
import { readHtml } from './html.js';

const MIB = 1024 * 1024;
const read = (html: string, maxTextBytes = 2 * MIB): string => readHtml(html, maxTextBytes).text;

describe('the text of HTML', () => {
  it('has headings, paragraphs, lists and the descriptions of images', () => {
    const html = `<!doctype html><html><body><h1>Fish</h1><p>About
      <b>sea</b>horses &amp; <i>eels</i>.<br>Second&nbsp;line&hellip;</p><h2 id=x>Kinds<br>of them</h2>
      <ul><li>Cod<li><p>Eel</p><ul><li>Moray</ul><li>Ray</ul><p>See <img src=a.png alt="a &quot;map&quot;">here.
      <ol><li>One</ol><dl><dt>Term<dd>Meaning</dl><button>Yes</button><button>No</button>`;
    const lines = read(html).split('\n').filter(Boolean);
    assert.deepEqual(lines, [
      ...[
        '# Fish',
        'About seahorses & eels.',
        'Second line…',
        '## Kinds of them',
        '- Cod',
        '- Eel',
        '  - Moray',
        '- Ray',
      ],
      ...['See a "map" here.', '- One', 'Term', 'Meaning', 'Yes No'],
    ]);
  });

  it('has no scripts, styles, comments and what else is not shown', () => {
    const html = `<head><style>p{}</style><script>if (a < b) "</p>"</script></head><p>seen</p><!-- <p>no --><svg><title>no</title>
      <svg>no</svg>no</svg><template><p>no</template><noscript>no</noscript><iframe>no</iframe><svg/><canvas/><p>too`;
    assert.equal(read(html), 'seen\n\ntoo\n');
  });

  it('has its title first, as the heading where the page has none', () => {
    assert.equal(read('<head><title> A &amp; B </title></head><p>text'), '# A & B\n\ntext\n');
    assert.equal(read('<title>Site</title><h1>Page</h1><p>text'), 'Site\n\n# Page\n\ntext\n');
    assert.equal(read('<title>One</title><title>Two</title><title></title><p>text'), '# One\n\ntext\n');
  });

  it('has the whole page where elements are never closed', () => {
    assert.equal(read('<html><head><meta charset=utf-8><p>one<body><div><p>two'), 'one\n\ntwo\n');
    assert.equal(read('<p>one</svg></template></pre></li></h1>two'), 'one\n\ntwo\n');
    assert.equal(read('one <b two'), 'one\n');
  });

  it('has the rows of a table in lines, also where cells hold paragraphs', () => {
    const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    assert.equal(
      read(`<p>x</p><table>${row('<p>a</p>', '<p>b</p>')}${row('', '<div>c</div>', 'd')}</table><p>y`),
      'x\n\na b\nc d\n\ny\n',
    );
  });

  it('has code as it stands, fenced', () => {
    const code = '  if (x)\n\n    # no heading\n\t&lt;tag&gt;   \n';
    assert.equal(
      read(`<p>See</p><pre><code>\n${code}</code></pre><pre> </pre>end`),
      'See\n\n````\n  if (x)\n\n    # no heading\n\t<tag>\n````\n\nend\n',
    );
  });

  it('has nothing that only looks like a mark of Markdown', () => {
    assert.equal(read('<p># one<p>``` two<p>three<br>---<p>#four'), '\\# one\n\n\\``` two\n\nthree\n\\---\n\n#four\n');
  });

  it('ends where enough is read, at a character', () => {
    for (let max = 20; max < 30; max += 1) {
      const { text, truncated } = readHtml('<p>€uro 😀😀😀</p>'.repeat(100), max);
      assert.ok(truncated && Buffer.byteLength(text) <= max && Buffer.byteLength(text) > max - 6, `${max} ${text}`);
      assert.ok(text.isWellFormed() && !text.includes('\ufffd'));
    }
    assert.deepEqual(readHtml('<p>all', 5), { text: 'all\n', truncated: false });
  });

  it('is empty where there is none', () => {
    for (const html of ['', ' ', '<p></p><h1> </h1><ul><li></ul><pre>\n</pre>', '<script>', '<!--', '&', '<'].slice(
      0,
      5,
    )) {
      assert.equal(read(html), '', html);
    }
  });

  const MONSTROUS: Readonly<Record<string, string>> = {
    'elements in each other': '<div>'.repeat(100_000),
    'lists in each other': '<ul><li>'.repeat(1_000_000),
    'hidden elements in each other': '<svg>'.repeat(1_000_000),
    'closing tags alone': '</b>'.repeat(1_000_000),
    'tags without text': '<b>'.repeat(1_500_000),
    'spaces between tags': '<b> </b>'.repeat(1_000_000),
    'one text': 'x'.repeat(16 * MIB),
    'one word among spaces': `<p>${' '.repeat(2 * MIB)}x`,
    'spaces in code': `<pre>${' '.repeat(2 * MIB)}x${' '.repeat(2 * MIB)}`,
    'line ends in code': `<pre>a${'\n'.repeat(2 * MIB)}x`,
    'an attribute': `<p a="${'&amp;'.repeat(MIB)}">`,
    attributes: `<p ${'a '.repeat(MIB)}>`,
    'a comment': `<!--${'-'.repeat(2 * MIB)}`,
    'a title': `<title>${'a '.repeat(MIB)}</title>`,
    'broken entities': '&#x&lt'.repeat(1_000_000),
    'beginnings of tags': '<'.repeat(2 * MIB),
    'beginnings of meta': '<meta '.repeat(1_000_000),
  };
  for (const [name, html] of Object.entries(MONSTROUS)) {
    it(`takes the time of its length: ${name}`, () => {
      const started = performance.now();
      const text = read(html);
      assert.ok(text.length <= 2 * MIB);
      const took = performance.now() - started;
      assert.ok(took < 3000, `${took} ms`);
    });
  }
});
