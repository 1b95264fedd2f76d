import assert from 'node:assert/strict';
import fc from 'fast-check';

import { safeFilename } from './index.js';

describe('safeFilename', () => {
  it('keeps ordinary names as they are', () => {
    for (const name of [
      'architecture.md',
      '.env',
      '..hidden',
      'Größe 12:30 – Entwurf.md',
      'a b.txt',
      'notes.',
      '資料.pdf',
    ]) {
      assert.equal(safeFilename(name, 'posix'), name);
    }
  });

  it('makes unsafe names safe', () => {
    const cases: [string, string][] = [
      ['../../etc/passwd', '.._.._etc_passwd'],
      ['C:\\Windows\\win.ini', 'C:_Windows_win.ini'],
      ['a\u0000b\nc\u0085d', 'a_b_c_d'],
      ['photo\u202egpj.exe', 'photo_gpj.exe'],
      ['', 'document'],
      ['.', 'document'],
      ['..', 'document'],
      ['   ', 'document'],
      ['CON', '_CON'],
      ['nul.txt', '_nul.txt'],
      ['COM1.log', '_COM1.log'],
      ['console.log', 'console.log'],
    ];
    for (const [name, expected] of cases) assert.equal(safeFilename(name, 'posix'), expected);
  });

  it('follows the rules of Windows where they hold', () => {
    const cases: [string, string][] = [
      ['a<b>:"c|d?e*.md', 'a_b___c_d_e_.md'],
      ['notes. .', 'notes'],
      ['... ', 'document'],
      ['aux .txt', '_aux .txt'],
    ];
    for (const [name, expected] of cases) assert.equal(safeFilename(name, 'windows'), expected);
  });

  it('shortens names that no file system takes, and keeps their extension', () => {
    const long = safeFilename(`${'ü'.repeat(200)}.md`);
    assert.equal(Buffer.byteLength(long), 255);
    assert(long.endsWith('ü.md'));
    assert.equal(safeFilename('x'.repeat(255)).length, 255);
    assert.equal(safeFilename(`${'😀'.repeat(100)}`), '😀'.repeat(63));
  });

  it('always gives a name that stays in its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom('posix', 'windows'), (name, rules) => {
        const safe = safeFilename(name, rules);
        const bytes = Buffer.byteLength(safe);
        assert(bytes >= 1 && bytes <= 255, safe);
        assert(!/[/\\]/.test(safe) && !safe.includes('\0') && safe !== '.' && safe !== '..', safe);
        assert.equal(safeFilename(safe, rules), safe, 'a safe name stays as it is');
      }),
    );
  });
});
