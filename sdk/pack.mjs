// Runs around `npm pack` and `npm publish`: the contract and the licence stand once in the repository, at its root, and
// are borrowed for the package. `node pack.mjs borrow` brings them, `node pack.mjs return` removes them again.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

for (const file of ['openapi.yaml', 'LICENSE']) {
  if (process.argv[2] === 'borrow') copyFileSync(join(here, '..', file), join(here, file));
  else rmSync(join(here, file));
}
