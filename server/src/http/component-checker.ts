/** Holds values that the validator never sees by themselves to schemas of the contract. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ProblemError } from '../kernel/problem.js';
import type { Contract } from './contract.js';
import { toMistakes, type SchemaError } from './mistakes.js';

/** Of a value with more members than this, or longer lists, the first mistake is told: it may have a million. */
const SENSIBLE_MEMBERS = 100;
const SENSIBLE_LIST = 1000;

/**
 * Compiles a schema of the contract at its first use.
 *
 * @param name the schema's name in `components/schemas`
 * @returns what is wrong with a value: locations within it (`tags.0`), words as for any request; empty when nothing is
 */
export function componentChecker(contract: Contract, name: string): (value: unknown) => ProblemError[] {
  let first: ValidateFunction | undefined;
  let all: ValidateFunction | undefined;
  return (value) => {
    first ??= compile(contract, name, false);
    if (first(value)) return [];
    let errors = first.errors ?? [];
    if (isSensible(value)) {
      all ??= compile(contract, name, true);
      all(value);
      errors = all.errors ?? [];
    }
    return toMistakes(errors.map(toSchemaError), (pattern) => contract.describePattern(pattern));
  };
}

function isSensible(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const members: unknown[] = Object.values(value);
  const lists = members.filter((member) => Array.isArray(member));
  return members.length <= SENSIBLE_MEMBERS && lists.every(({ length }) => length <= SENSIBLE_LIST);
}

function compile(contract: Contract, name: string, allErrors: boolean): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors, validateFormats: false });
  ajv.addSchema({ $id: 'contract', components: contract.document.components });
  return ajv.compile({ $ref: `contract#/components/schemas/${name}` });
}

function toSchemaError({ instancePath, message = 'is not valid', params }: ErrorObject): SchemaError {
  const { additionalProperty } = params as { additionalProperty?: string };
  return { path: additionalProperty === undefined ? instancePath : `${instancePath}/${additionalProperty}`, message };
}
