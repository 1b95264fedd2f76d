import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Problem } from '../kernel/problem.js';
import { Contract } from './contract.js';
import { uploadMetadataReader } from './upload-metadata.js';

const CONTRACT_FILE = path.resolve(import.meta.dirname, '../../../../openapi.yaml');
const read = uploadMetadataReader(new Contract(readFileSync(CONTRACT_FILE, 'utf8')));

function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64');
}

/** The mistakes that a header is refused with, by their locations. */
async function mistakesOf(header: string): Promise<Record<string, string>> {
  try {
    const said = await read(header);
    assert.fail(`it was taken for ${JSON.stringify(said)}`);
  } catch (error) {
    const { code, errors } = error as Problem;
    assert.equal(code, 'validation_failed', String(error));
    return Object.fromEntries((errors ?? []).map(({ location, message }) => [location, message]));
  }
}

const NAME = `filename ${base64('ä.txt')}`;

describe('Upload-Metadata', () => {
  it('is read with all that can be said', async () => {
    const said = {
      filename: 'ä 1.md',
      filetype: 'text/markdown; charset=utf-8',
      checksum_sha256: 'ab'.repeat(32),
      name: 'Design, ü, 設計',
      tags: 'a, b ,,c',
      description: 'two\nlines',
    };
    const header = Object.entries(said)
      .map(([key, value]) => `${key} ${base64(value)}`)
      .join(',');
    assert.deepEqual(await read(header), { ...said, tags: ['a', 'b', 'c'] });
    const version = { filename: 'a', document_id: 'doc_0123456789ab', if_match: '"1"', on_conflict: 'merge' };
    const pairs = Object.entries(version).map(([key, value]) => `${key} ${base64(value)}`);
    assert.deepEqual(await read([...pairs, 'message'].join(',')), { ...version, message: '' });
    assert.deepEqual(await read([...pairs, 'message '].join(',')), { ...version, message: '' });
  });

  it('without a type is what browsers send for files that they do not know', async () => {
    assert.deepEqual(await read(`${NAME},filetype`), { filename: 'ä.txt' });
    assert.deepEqual(await read(`filetype ,${NAME}`), { filename: 'ä.txt' });
  });

  for (const [what, header, location] of [
    ['nothing', '', ''],
    ['no filename', `name ${base64('x')}`, '.filename'],
    ['an empty filename', 'filename', '.filename'],
    ['a folder in the filename', `filename ${base64('a/b')}`, '.filename'],
    ['a control character', `${NAME},name ${base64('a\u0000b')}`, '.name'],
    ['a name that is too long', `${NAME},name ${base64('x'.repeat(513))}`, '.name'],
    ['a tag that is too long', `${NAME},tags ${base64(`a,${'x'.repeat(256)}`)}`, '.tags.1'],
    ['a digest in upper case', `${NAME},checksum_sha256 ${base64('AB'.repeat(32))}`, '.checksum_sha256'],
    ['a type that is none', `${NAME},filetype ${base64('text')}`, '.filetype'],
    ['a document id that is none', `${NAME},document_id ${base64('doc_1')}`, '.document_id'],
    ['a conflict rule that is none', `${NAME},on_conflict ${base64('win')}`, '.on_conflict'],
    ['a message with NUL', `${NAME},message ${base64('a\u0000')}`, '.message'],
    ['an unknown key', `${NAME},owner ${base64('x')}`, '.owner'],
    ['a key of an object’s prototype', `${NAME},__proto__ ${base64('x')}`, ''],
    ['another', `${NAME},constructor ${base64('x')}`, ''],
    ['a key in other case', `${NAME},Name ${base64('x')}`, '.Name'],
    ['a key twice', `${NAME},${NAME}`, ''],
    ['an empty pair', `${NAME},,name ${base64('x')}`, ''],
    ['a space too many', `filename  ${base64('x')}`, ''],
    ['a space behind the comma', `${NAME}, name ${base64('x')}`, ''],
    ['a third word', `filename ${base64('x')} x`, ''],
    ['no base64', 'filename a.txt', ''],
    ['base64 without its end', 'filename YQ', ''],
    ['base64 of the other alphabet', `filename ${Buffer.from('???>>>').toString('base64url')}==`, ''],
    ['base64 with bits left over', 'filename YR==', '.filename'],
    ['bytes that are no UTF-8', `filename ${base64(Uint8Array.of(0xff, 0xfe, 0x41))}`, '.filename'],
    ['half a surrogate pair', `filename ${base64(Uint8Array.of(0xed, 0xa0, 0x80))}`, '.filename'],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      const mistakes = await mistakesOf(header);
      assert.ok(`header.upload-metadata${location}` in mistakes, JSON.stringify(mistakes));
    });
  }

  it('names every mistake, in the words of any request', async () => {
    const mistakes = await mistakesOf(`filename ${base64('a/b')},name ${base64('x'.repeat(513))},foo`);
    assert.equal(Object.keys(mistakes).length, 3);
    assert.equal(mistakes['header.upload-metadata.name'], 'must NOT have more than 512 characters');
    assert.match(mistakes['header.upload-metadata.filename'] ?? '', /^is not valid: A file's name without a folder/);
  });

  it('is read or refused, whatever it is, and nothing else', async () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('filename', 'tags', 'name', '__proto__', ' ', ','),
    );
    const value = fc.oneof(word, fc.string().map(base64), fc.uint8Array({ maxLength: 9 }).map(base64));
    const pair = fc.tuple(word, value).map(([key, text]) => `${key} ${text}`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(pair, word, fc.constant(NAME))), async (pairs) => {
        try {
          assert.equal(typeof (await read(pairs.join(','))).filename, 'string');
        } catch (error) {
          assert.equal((error as Problem).code, 'validation_failed', String((error as Error).stack));
        }
      }),
      { numRuns: 500 },
    );
  });
});
