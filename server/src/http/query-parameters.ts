import type { Request } from 'express';
import { Problem } from '../kernel/problem.js';
import type { Contract, Route } from './contract.js';

/**
 * Settles two things that the validator leaves open: a parameter that is given twice is refused (it would take both as a
 * list), and an empty one counts as left out where the contract allows it to be empty (`?tags=` is no list to it).
 */
export function settleQuery(contract: Contract, route: Route): (req: Request) => void {
  const allowing = contract.parameters(route).filter(({ allowEmptyValue }) => allowEmptyValue);
  const mayBeEmpty = new Set(allowing.map(({ name }) => name));
  return (req) => {
    // Without a prototype, so that a parameter called `__proto__` is one like any other (and unknown).
    const query = Object.create(null) as Record<string, unknown>;
    for (const [name, value] of Object.entries(req.query)) {
      if (Array.isArray(value))
        throw Problem.invalid({ location: `query.${name}`, message: 'is given more than once' });
      if (value !== '' || !mayBeEmpty.has(name)) query[name] = value;
    }
    // Express parses the query anew at each reading; from here on it is this object.
    Object.defineProperty(req, 'query', { value: query, writable: true, configurable: true, enumerable: true });
  };
}
