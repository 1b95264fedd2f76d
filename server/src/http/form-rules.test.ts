import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Contract } from './contract.js';
import { formRules, splitList, stringChecker, takesManyFiles } from './form-rules.js';

const contract = new Contract(fs.readFileSync(path.resolve(import.meta.dirname, '../../../../openapi.yaml'), 'utf8'));

describe('formRules', () => {
  it('knows the parts of the contract’s forms: which is the file, which a list, which text', () => {
    const rules = formRules(contract);
    assert.deepEqual([...rules.keys()], ['uploadDocument', 'createVersion', 'uploadDocuments']);
    assert.deepEqual(Object.fromEntries(rules.get('uploadDocuments') ?? []), { manifest: 'text' });
    assert.deepEqual(Object.fromEntries(rules.get('createVersion') ?? []), { file: 'file', message: 'text' });
    assert.deepEqual(Object.fromEntries(rules.get('uploadDocument') ?? []), {
      file: 'file',
      name: 'text',
      tags: 'list',
      description: 'text',
      collection_id: 'text',
    });
  });

  it('knows which form takes files under names of their own', () => {
    const forMany = contract.routes().filter((route) => takesManyFiles(contract, route));
    assert.deepEqual(
      forMany.map(({ operationId }) => operationId),
      ['uploadDocuments'],
    );
  });

  it('takes an array that is not comma-separated for text', () => {
    const other = new Contract(`
      info: { title: t, version: v }
      components: { schemas: { Names: { type: array, items: { type: string } } } }
      paths:
        /x:
          post:
            operationId: uploadDocument
            requestBody:
              content:
                multipart/form-data:
                  schema:
                    properties: { one: { $ref: '#/components/schemas/Names' }, two: { type: array }, three: { type: array } }
                  encoding: { one: { style: form, explode: false }, two: { style: form, explode: true } }`);
    assert.deepEqual(Object.fromEntries(formRules(other).get('uploadDocument') ?? []), {
      one: 'list',
      two: 'text',
      three: 'text',
    });
  });
});

describe('stringChecker', () => {
  const isFileName = stringChecker(contract.resolve({ $ref: '#/components/schemas/FileName' }));

  for (const name of [
    'a',
    'architecture.md',
    '.gitignore',
    '...',
    'Größe 1.md',
    '設計',
    '😀'.repeat(255),
    'x'.repeat(255),
  ]) {
    it(`takes the file name ${name.slice(0, 20)} (${Array.from(name).length} characters)`, () => {
      assert.equal(isFileName(name), true);
    });
  }

  for (const name of [
    ...['', '.', '..', 'a/b', '../a', 'a\\b', 'C:\\a', '/etc/passwd'],
    ...['a\0b', 'a\nb', 'a\rb', 'a\u007fb', 'a\u0085b', 'a\u2028b', 'x'.repeat(256), '😀'.repeat(256)],
  ]) {
    it(`refuses the file name ${JSON.stringify(name.slice(0, 20))} (${Array.from(name).length} characters)`, () => {
      assert.equal(isFileName(name), false);
    });
  }

  it('takes everything where the schema asks for nothing', () => {
    assert.equal(stringChecker({})('x'.repeat(100_000)), true);
  });
});

describe('splitList', () => {
  for (const [text, items] of [
    ['design,docs', ['design', 'docs']],
    [' design , docs ,', ['design', 'docs']],
    [',,', []],
    ['', []],
    ['  ', []],
    ['two words, b', ['two words', 'b']],
    ['a,a', ['a', 'a']],
    ['\tä\n,\u00a0b', ['ä', 'b']],
  ] as const) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(items)}`, () => {
      assert.deepEqual(splitList(text), items);
    });
  }

  it('gives back what was joined', () => {
    const item = fc.string().filter((text) => text !== '' && text.trim() === text && !text.includes(','));
    fc.assert(
      fc.property(fc.array(item), fc.constantFrom(',', ', ', ' ,, '), (items, separator) => {
        assert.deepEqual(splitList(items.join(separator)), items);
      }),
    );
  });
});
