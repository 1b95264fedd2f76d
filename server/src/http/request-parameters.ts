import type { Request } from 'express';
import { Problem } from '../kernel/problem.js';
import type { Contract, Route } from './contract.js';

/** A whole number as people write it. The validator would also read `0x10`, `1e3` and `+5`. */
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;

/**
 * Settles three things that the validator leaves open: a parameter that is given twice is refused (it would take both as
 * a list), an empty one counts as left out where the contract allows both (`?tags=` is no list to it), and a number must be
 * written as one.
 */
export function settleParameters(contract: Contract, route: Route): (req: Request) => void {
  const parameters = contract.parameters(route);
  const mayBeEmpty = new Set(
    parameters.filter(({ allowEmptyValue, required }) => allowEmptyValue && !required).map(({ name }) => name),
  );
  const integers = parameters
    .filter(({ schema }) => contract.resolve(schema).type === 'integer')
    .map(({ name, in: place }) => ({ name, place }));
  return (req) => {
    // Without a prototype, so that a parameter called `__proto__` is one like any other (and unknown).
    const query = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of Object.entries(req.query)) {
      if (Array.isArray(value))
        throw Problem.invalid({ location: `query.${name}`, message: 'is given more than once' });
      if (value !== '' || !mayBeEmpty.has(name)) query[name] = value;
    }
    for (const { name, place } of integers) {
      const value = place === 'path' ? req.params[name] : place === 'header' ? req.get(name) : query[name];
      if (typeof value === 'string' && !(INTEGER.test(value) && Number.isSafeInteger(Number(value)))) {
        throw Problem.invalid({
          location: `${place}.${place === 'header' ? name.toLowerCase() : name}`,
          message: 'must be integer',
        });
      }
    }
    // Express parses the query anew at each reading; from here on it is this object.
    Object.defineProperty(req, 'query', { value: query, writable: true, configurable: true, enumerable: true });
  };
}
