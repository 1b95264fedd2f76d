import type { OperationHandler } from '../../../http/operation.js';
import type { Identities } from '../../keys/index.js';

export function whoAmI(identities: Identities): OperationHandler<'whoAmI'> {
  return async ({ principal }) => ({ status: 200, json: await identities.describe(principal) });
}
