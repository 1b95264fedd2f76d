import assert from 'node:assert/strict';
import { readPrecondition, requirePrecondition } from './conditional.js';

const DIGEST = 'a'.repeat(64);

describe('readPrecondition', () => {
  const read = (header: string | undefined) => readPrecondition({ 'if-match': header });

  for (const [header, expected] of [
    [undefined, undefined],
    ['*', 'any'],
    [' * ', 'any'],
    [`"${DIGEST}"`, [`"${DIGEST}"`]],
    ['"1"', ['"1"']],
    ['""', ['""']],
    ['"a", "b"', ['"a"', '"b"']],
    ['"a","b"', ['"a"', '"b"']],
    [' "a" ,\t"b" ', ['"a"', '"b"']],
    ['"é"', ['"é"']],
    // A weak one says nothing of bytes, so it matches nothing; what stands beside it does.
    ['W/"a"', []],
    ['W/"a", "b"', ['"b"']],
    ['W/"a", W/"b"', []],
  ] as const) {
    it(`takes ${JSON.stringify(header)} for ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(read(header), expected);
    });
  }

  for (const header of [
    '',
    ' ',
    ',',
    '"a",',
    ',"a"',
    'a',
    DIGEST,
    "'a'",
    '"a',
    'a"',
    '"a" "b"',
    '"a";"b"',
    '"a"b"',
    '"a b"',
    '"a\tb"',
    '"a\u0000"',
    '"a\u007f"',
    'w/"a"',
    'W/a',
    'W/ "a"',
    'W/*',
    '"*',
    '*, "a"',
    '"a", *',
    '**',
  ]) {
    it(`refuses ${JSON.stringify(header)}`, () => {
      assert.throws(() => read(header), { code: 'validation_failed', status: 400, message: /header\.if-match/ });
    });
  }

  it('takes the star in quotes for an ETag, not for whatever is there', () => {
    assert.deepEqual(read('"*"'), ['"*"']);
  });

  it('reads a long list in no time', () => {
    const tags = Array.from({ length: 800 }, (_, index) => `"${index}"`);
    assert.deepEqual(read(tags.join(',')), tags);
    const started = performance.now();
    assert.throws(() => read('"'.repeat(8192)));
    assert.throws(() => read(`W/"${'\u0080'.repeat(8000)}`));
    assert.ok(performance.now() - started < 200);
  });
});

describe('requirePrecondition', () => {
  it('asks for the header in words that say how', () => {
    assert.throws(() => requirePrecondition({}), {
      code: 'precondition_required',
      status: 428,
      message: /If-Match.*ETag.*If-Match: \*/s,
    });
  });

  it('gives what is there', () => {
    assert.equal(requirePrecondition({ 'if-match': '*' }), 'any');
    assert.deepEqual(requirePrecondition({ 'if-match': '"1"' }), ['"1"']);
    assert.throws(() => requirePrecondition({ 'if-match': '1' }), { code: 'validation_failed' });
  });
});
