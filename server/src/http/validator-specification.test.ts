import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Contract } from './contract.js';
import { specificationOf } from './validator-specification.js';

const contract = new Contract(fs.readFileSync(path.resolve(import.meta.dirname, '../../../../openapi.yaml'), 'utf8'));

interface Specification {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown>; pattern?: string }> };
}

describe('specificationOf', () => {
  const specification = specificationOf(contract, true) as Specification;

  it('is a copy: the contract stays as it was', () => {
    const before = JSON.stringify(contract.document);
    const copy = specificationOf(contract, false) as Specification;
    copy.paths = {};
    assert.equal(JSON.stringify(contract.document), before);
    assert.match(before, /"discriminator"/);
    assert.match(before, /"description"/);
  });

  it('has every path, operation and schema, and the fields that are called like what is left out', () => {
    assert.deepEqual(Object.keys(specification.paths), Object.keys(contract.document.paths));
    for (const [place, operations] of Object.entries(contract.document.paths)) {
      assert.deepEqual(Object.keys(specification.paths[place] ?? {}), Object.keys(operations));
    }
    const { schemas } = specification.components;
    assert.deepEqual(Object.keys(schemas), Object.keys(contract.document.components.schemas));
    assert.ok(schemas['Document']?.properties?.['description'], 'a field that is called description');
    assert.ok(schemas['DocumentChange']?.properties?.['description']);
    assert.equal(schemas['DocumentId']?.pattern, '^doc_[0-9a-f]{12}$');
  });

  it('has nothing that only people read', () => {
    const prose: string[] = [];
    const walk = (node: unknown, place: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (/^(summary|examples|description)$/.test(key) && !/properties$/.test(place)) prose.push(`${place}/${key}`);
        walk(value, `${place}/${key}`);
      }
    };
    walk(specification, '');
    assert.deepEqual(prose, []);
    assert.ok(JSON.stringify(specification).length < JSON.stringify(contract.document).length / 1.5);
  });

  it('has no answers where they are not checked, and all that requests need', () => {
    const requests = specificationOf(contract, false) as Specification;
    const { schemas } = requests.components;
    assert.deepEqual(schemas, specification.components.schemas);
    const { responses, ...push } = specification.paths['/documents']?.['post'] as Record<string, unknown>;
    assert.ok(responses);
    assert.deepEqual(requests.paths['/documents']?.['post'], push);
  });

  describe('a choice by discriminator', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema({ ...specification, $id: 'contract' });
    const validate = ajv.compile({ $ref: 'contract#/components/schemas/ContentEdit' });
    const mistakes = (edit: unknown): string[] => {
      validate(edit);
      return (validate.errors ?? [])
        .filter(({ keyword }) => keyword !== 'if')
        .map(({ instancePath, keyword, params }) => {
          const field = params as { missingProperty?: string; additionalProperty?: string };
          return `${keyword} ${instancePath}${field.missingProperty ?? field.additionalProperty ?? ''}`;
        });
    };

    for (const edit of [
      { op: 'replace', old: 'a', new: '' },
      { op: 'replace', old: 'a', new: 'b', all: true },
      { op: 'append', text: 'a' },
      { op: 'prepend', text: 'a' },
      { op: 'replace_section', section: 'a', text: '' },
    ]) {
      it(`takes ${JSON.stringify(edit)}`, () => {
        assert.deepEqual(mistakes(edit), []);
      });
    }

    for (const [edit, ...expected] of [
      [{}, 'required op'],
      [{ op: 'delete' }, 'enum /op'],
      [{ op: 1 }, 'type /op', 'enum /op'],
      [{ op: 'append' }, 'required text'],
      [{ op: 'append', text: 1 }, 'type /text'],
      [{ op: 'append', text: '' }, 'minLength /text'],
      [{ op: 'append', text: 'a', old: 'b' }, 'additionalProperties old'],
      [{ op: 'replace', old: '', new: 'b' }, 'minLength /old'],
      [{ op: 'replace', new: 'b' }, 'required old'],
      [{ op: 'replace_section', section: '', text: 'b' }, 'minLength /section', 'pattern /section'],
    ] as const) {
      it(`names the one mistake of ${JSON.stringify(edit)}`, () => {
        assert.deepEqual(mistakes(edit), expected);
      });
    }

    it('takes nothing that is no object', () => {
      for (const edit of [null, 1, 'append', []]) assert.notDeepEqual(mistakes(edit), [], JSON.stringify(edit));
    });
  });
});
