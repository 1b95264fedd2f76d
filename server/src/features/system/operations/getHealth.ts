import type { OperationHandler } from '../../../http/operation.js';
import type { System } from '../index.js';

export function getHealth(system: System): OperationHandler<'getHealth'> {
  return async () => ({
    status: 200,
    json: { status: 'ok', version: system.version, ...(await system.checkHealth()) },
  });
}
