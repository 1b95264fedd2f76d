import type { OperationHandler } from '../../../http/operation.js';
import type { System } from '../index.js';

export function getOpenApi(system: System): OperationHandler<'getOpenApi'> {
  return () => Promise.resolve({ status: 200, yaml: system.contract });
}
