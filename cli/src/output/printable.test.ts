import assert from 'node:assert/strict';
import { toJson } from './json.js';
import { printable, printableLines } from './printable.js';

describe('text from elsewhere on a terminal', () => {
  it('stays as it is when it is harmless', () => {
    const text = 'Überblick 2.0 – 日本語 🫠 «ça»';
    assert.equal(printable(text), text);
  });

  it('shows escape sequences, 7-bit and 8-bit, instead of sending them', () => {
    assert.equal(printable('a\x1b[31mred\x1b]0;title\x07'), 'a\\x1b[31mred\\x1b]0;title\\x07');
    assert.equal(printable('a\u009b31m'), 'a\\x9b31m');
  });

  it('shows line breaks, tabs and DEL', () => {
    assert.equal(printable('a\r\nb\tc\x7f\u2028'), 'a\\x0d\\x0ab\\x09c\\x7f\\u2028');
  });

  it('shows what would reorder the text', () => {
    assert.equal(printable('invoice\u202excod.exe\u2066'), 'invoice\\u202excod.exe\\u2066');
  });

  it('shows half a character', () => {
    assert.equal(printable('\ud83d!'), '\\ud83d!');
  });

  it('keeps the line breaks and tabs of several lines', () => {
    assert.deepEqual(printableLines('one\r\n\ttwo\x1b[2J\n'), ['one', '\ttwo\\x1b[2J', '']);
  });
});

describe('JSON on a terminal', () => {
  const hostile = { name: 'a\x1b[31m\u009b31m\x7f\u202e\u2028', tags: ['\u2066'] };

  it('holds no control character and no direction override', () => {
    assert.match(toJson(hostile, 2), /^[\n\x20-\x7e]*$/);
  });

  it('means the same value', () => {
    assert.deepEqual(JSON.parse(toJson(hostile)), hostile);
  });

  it('is one line unless it is indented', () => {
    assert.equal(toJson({ a: [1] }), '{"a":[1]}');
    assert.equal(toJson([], 2), '[]');
  });
});
