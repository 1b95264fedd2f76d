import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { decodeText } from '../text/encoding.js';
import { declaredEncoding, readPlainText } from './plain-text.js';

const { encode } = createRequire(import.meta.url)('iconv-lite') as { encode(text: string, encoding: string): Buffer };

const MIB = 1024 * 1024;
const read = (content: Uint8Array, maxTextBytes = 2 * MIB) => readPlainText(content, { maxTextBytes });
const textOf = (content: Uint8Array, maxTextBytes?: number): string => {
  const plain = read(content, maxTextBytes);
  return 'text' in plain ? plain.text : assert.fail(plain.reason);
};

const TEXTS = {
  western:
    'Der Fußgänger überquerte die Straße, während es „heftig“ regnete – für 5 €.\nLe garçon a mangé des crêpes à Noël.\n',
  polish:
    'Zażółć gęślą jaźń. Wszystkie wyniki są już dostępne, można je sprawdzić w każdej chwili; życzymy miłego dnia.\n',
  russian: 'Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n',
  japanese:
    '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた。\n',
  korean: '모든 국민은 법 앞에 평등하다. 누구든지 성별 종교 또는 사회적 신분에 의하여 차별을 받지 아니한다.\n',
  traditional: '人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心,並應以兄弟關係的精神互相對待。\n',
  simplified: '人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。\n',
  greek: 'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.\n',
};

describe('the text of a text', () => {
  const ENCODED: readonly (readonly [encoding: string, text: keyof typeof TEXTS])[] = [
    ['windows-1252', 'western'],
    ['iso-8859-2', 'polish'],
    ['koi8-r', 'russian'],
    ['windows-1251', 'russian'],
    ['iso-8859-7', 'greek'],
    ['shift_jis', 'japanese'],
    ['euc-jp', 'japanese'],
    ['euc-kr', 'korean'],
    ['big5', 'traditional'],
    ['gb18030', 'simplified'],
  ];
  for (const [encoding, name] of ENCODED) {
    it(`is read from ${encoding}`, () => {
      const text = TEXTS[name].repeat(4);
      assert.equal(textOf(encode(text, encoding)), text);
    });
  }

  for (const text of Object.values(TEXTS)) {
    it(`is read from every Unicode encoding: ${text.slice(0, 12)}…`, () => {
      assert.equal(textOf(Buffer.from(text)), text);
      assert.equal(textOf(Buffer.from(`\ufeff${text}`)), text);
      for (const encoding of ['utf-16le', 'utf-16be']) {
        assert.equal(textOf(encode(`\ufeff${text}`, encoding)), text, `${encoding} with a mark`);
        assert.equal(textOf(encode(text, encoding)), text, `${encoding} without a mark`);
      }
    });
  }

  it('is what stands there, whatever it is a text of', () => {
    const texts = [
      '---\ntitle: Plan\n---\n# Plan\n\n* one\n\ttwo  \n\n```ts\nlet x = 1\n```',
      'export const x: readonly string[] = [`${1}`];\r\n\r\n// the end\r\n',
      '{"a": [1, 2.5e3, null], "b": "\\u00e9 é"}',
      'a:\n  - b: >\n      folded\n  - !!binary |\n      AAAA\n',
      'name;"a ""quoted"" one"\rand,\tmore\n\n\n',
      '\ufefftwo marks\u2028and\u0085other\fends of\vlines',
    ];
    for (const text of texts) assert.equal(textOf(Buffer.from(text)), text.replace(/^\ufeff/, ''));
  });

  it('has the same characters as the parts of a text that are Unicode, and the same lines as any', () => {
    const mixed = `${Object.values(TEXTS).join('\r\n')}\n\n\ufeff a mark\x01\x1b[1m\u2028\u0085\r😀`;
    for (const content of [mixed, `\ufeff${mixed}`, '\ufeff\ufeff', 'a\ufffd', ''].map((text) => Buffer.from(text))) {
      assert.equal(textOf(content), decodeText(content, 'It').text);
    }
    for (const encoding of ['utf-16le', 'utf-16be']) {
      const content = encode(`\ufeff${mixed}`, encoding);
      assert.equal(textOf(content), decodeText(content, 'It').text);
    }
    for (const [encoding, name] of ENCODED) {
      const content = encode(TEXTS[name].repeat(9), encoding);
      assert.equal(textOf(content).split('\n').length, decodeText(content, 'It').text.split('\n').length, encoding);
    }
    const every = Buffer.from(Array.from({ length: 224 }, (_, index) => index + 32));
    const plain = readPlainText(every, { maxTextBytes: MIB, encoding: 'windows-1252' });
    assert.equal('text' in plain && plain.text, decodeText(every, 'It').text);
  });

  it('has windows-1252 where one letter is all there is to tell', () => {
    assert.equal(textOf(Buffer.from('a caf\xe9 in town', 'latin1')), 'a café in town');
    assert.equal(textOf(Buffer.from('it costs 5 \x80, \x93really\x94', 'latin1')), 'it costs 5 €, “really”');
  });

  it('stays UTF-8 with a few bytes that are none', () => {
    const good = Buffer.from(TEXTS.russian.repeat(20));
    const text = textOf(Buffer.concat([good, Buffer.from([0xff, 0xe9]), good]));
    assert.equal(text.replace(/\ufffd+/, ''), TEXTS.russian.repeat(40));
  });

  it('is told by what is not ASCII, however late that comes', () => {
    const ascii = 'plain words and nothing else\n'.repeat(5000);
    const japanese = TEXTS.japanese.repeat(4);
    assert.equal(textOf(encode(ascii + japanese, 'shift_jis')), ascii + japanese);
    const slipped = Buffer.concat([Buffer.from(ascii + japanese), Buffer.from([0xff]), Buffer.from(japanese)]);
    assert.equal(textOf(slipped), `${ascii}${japanese}\ufffd${japanese}`);
  });

  it('has control characters where it is UTF-8, as the parts of a text have them', () => {
    assert.equal(textOf(Buffer.from('a\x01b\x1b[1mbold')), 'a\x01b\x1b[1mbold');
  });

  it('is none where the bytes are binary', () => {
    const binary: Buffer[] = [
      Buffer.from([1, 0, 2, 0, 3, 0]),
      Buffer.from('a text with a NUL\0 in it'),
      Buffer.from('./src/a.ts\0./src/bc.ts\0./src/def.ts\0'),
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      Buffer.from(new Int16Array(1000).map((_, index) => index % 300).buffer),
      Buffer.from(new Float64Array(1000).map((_, index) => index / 7).buffer),
      ...Array.from({ length: 50 }, () => randomBytes(2000)),
    ];
    for (const bytes of binary) assert.deepEqual(read(bytes), { reason: 'The content is binary.' });
  });

  it('is empty of an empty content', () => {
    assert.deepEqual(read(Buffer.alloc(0)), { text: '', truncated: false, encoding: 'utf-8' });
  });

  it('is cut at the end of a line, or where none is near, of a character', () => {
    assert.deepEqual(read(Buffer.from('one line\ntwo lines\n'), 12), {
      text: 'one line\n',
      truncated: true,
      encoding: 'utf-8',
    });
    for (let max = 90; max < 96; max += 1) {
      for (const text of ['€'.repeat(100), `${'a'.repeat(50)}${'😀'.repeat(30)}`]) {
        const cut = textOf(Buffer.from(text), max);
        assert.ok(text.startsWith(cut) && Buffer.byteLength(cut) > max - 4, `${max}: ${cut}`);
      }
      const kanji = '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。'.repeat(10);
      const cut = textOf(encode(kanji, 'shift_jis'), max);
      assert.ok(kanji.startsWith(cut) && cut.length >= (max - 2) / 2, `${max}: ${cut}`);
      const wide = textOf(encode(`\ufeff${kanji}`, 'utf-16le'), max);
      assert.ok(kanji.startsWith(wide), wide);
    }
  });

  it('is UTF-8 also where whoever read its beginning has cut it in a character', () => {
    const text = `${'plain words\n'.repeat(10_000)}end €`;
    assert.deepEqual(read(Buffer.from(text).subarray(0, -1)), {
      text: text.slice(0, -1),
      truncated: false,
      encoding: 'utf-8',
    });
  });

  it('touches no more of 100 MB than is wanted', () => {
    const content = Buffer.alloc(100 * MIB, 'all work and no play\n');
    const { rss } = process.memoryUsage();
    const { user } = process.cpuUsage();
    const text = textOf(content);
    assert.ok(process.cpuUsage().user - user < 500_000);
    assert.ok(text.length <= 2 * MIB && text.length > 2 * MIB - 100 && text.endsWith('play\n'));
    assert.ok(process.memoryUsage().rss - rss < 50 * MIB);
  });

  it('is read where it is one line, of any letters, in the time of its length', () => {
    for (const unit of ['x', '\xe9', ' ', '\xef\xbf\xbd', '\x80']) {
      const content = Buffer.alloc(unit === 'x' ? 50 * MIB : 4 * MIB, unit, 'latin1');
      const { user } = process.cpuUsage();
      textOf(content, 4 * MIB);
      assert.ok(process.cpuUsage().user - user < 1_500_000, JSON.stringify(unit));
    }
  });
});

describe('the encoding that a page declares', () => {
  const reads = (page: string): string | undefined => declaredEncoding(Buffer.from(page));

  it('is found in HTML and XML, and called by its name', () => {
    assert.equal(reads('<!doctype html><head><meta charset="Shift_JIS">'), 'shift_jis');
    assert.equal(reads(`<META http-equiv='Content-Type' content='text/html; charset=cp1251'>`), 'windows-1251');
    assert.equal(reads('<?xml version="1.0" encoding="latin2"?><html>'), 'iso-8859-2');
    assert.equal(reads('<meta charset=klingon><p>charset=utf-8'), undefined);
    assert.equal(reads('<p>charset=utf-8'), undefined);
  });

  it('counts where the bytes leave it open, and nowhere else', () => {
    const page = (bytes: Buffer) => readPlainText(bytes, { maxTextBytes: MIB, encoding: 'windows-1251' });
    assert.deepEqual(page(encode('Да', 'windows-1251')), { text: 'Да', truncated: false, encoding: 'windows-1251' });
    assert.deepEqual(page(Buffer.from('Да')), { text: 'Да', truncated: false, encoding: 'utf-8' });
  });
});
