// Writes the SDK's types from the contract: sdk/src/generated/openapi.ts from openapi.yaml.
// With --check it writes nothing and fails when the file is not what the contract gives.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const contract = new URL('../openapi.yaml', import.meta.url);
const target = new URL('./src/generated/openapi.ts', import.meta.url);

const generated = COMMENT_HEADER + astToString(await openapiTypescript(contract));
const present = await readFile(target, 'utf8').catch(() => undefined);

if (generated !== present) {
  if (process.argv.includes('--check')) {
    console.error('sdk/src/generated/openapi.ts is not what openapi.yaml gives; run `npm run generate` and commit it.');
    process.exitCode = 1;
  } else {
    await writeFile(target, generated);
  }
}
