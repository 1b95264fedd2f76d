import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** What a compiled module loads when it is loaded, through its own files and their packages' names. */
function loadedBy(module: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(module.href)) return seen;
  seen.add(module.href);
  for (const [, specifier = ''] of readFileSync(module, 'utf8').matchAll(
    /^(?:import|export)\b.*?['"]([^'"]+)['"];$/gm,
  )) {
    if (specifier.startsWith('.')) loadedBy(new URL(specifier, module), seen);
    else seen.add(specifier);
  }
  return seen;
}

describe('the door of the text room', () => {
  it('loads nothing that only the threads need: the start of a server does not pay for it', () => {
    const loaded = loadedBy(new URL('./index.js', import.meta.url));
    assert.ok(loaded.has('p-limit') && [...loaded].some((module) => module.endsWith('/part.js')));
    const packages = [...loaded].filter((specifier) => !/^(?:file|node):/.test(specifier));
    assert.deepEqual(packages, ['p-limit']);
  });
});
