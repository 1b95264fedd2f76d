import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import * as repository from './house/repository-rules.js';
import * as server from './house/server-rules.js';
import { readSources, type Source } from './house/sources.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = readSources(root, ['.ts', '.mjs', '.cjs', '.js']);
const texts = [...sources, ...readSources(root, ['.md', '.yaml', '.yml', '.json', 'Dockerfile', '.ci/run'])];

/** A rule of the house, on which sources it looks, and samples that it must let pass and must find. */
interface Rule {
  readonly says: string;
  readonly check: (sources: readonly Source[]) => readonly server.Violation[];
  readonly on?: readonly Source[];
  readonly good: Readonly<Record<string, string>>;
  /** Each of these sets of files breaks the rule exactly once. */
  readonly bad: readonly Readonly<Record<string, string>>[];
}

const contract = contractOperations(readFileSync(`${root}openapi.yaml`, 'utf8'));

const rules: readonly Rule[] = [
  {
    says: 'every room imports only what its arrows allow',
    check: server.followArrows,
    good: {
      'server/src/main.ts': `import { compose } from './compose.js';`,
      'server/src/compose.ts': `import './db/index.js'; import './features/a/index.js'; import './features/operations.js';`,
      'server/src/features/a/operations/getA.ts': `import '../../../http/operation.js'; import '../a.js';`,
      'server/src/features/a/a.ts': `import { append } from '../../journal/index.js'; import './a.store.js';`,
      'server/src/http/app.test.ts': `import '../blobs/index.js';`,
    },
    bad: [
      { 'server/src/features/a/a.ts': `import '../../http/send.js';` },
      { 'server/src/features/a/a.ts': `import type { Answer } from '../../http/send.js';` },
      { 'server/src/features/a/a.ts': `export * from '../../compose.js';` },
      { 'server/src/features/a/a.ts': `const config = await import('../../config.js');` },
      { 'server/src/features/a/operations/getA.ts': `import '../../../db/index.js';` },
      { 'server/src/http/app.ts': `import '../features/a/index.js';` },
      { 'server/src/blobs/index.ts': `import '../db/index.js';` },
      { 'server/src/kernel/ids.ts': `type Knex = import('../db/index.js').Knex;` },
      { 'server/src/elsewhere/thing.ts': `import '../kernel/ids.js';` },
    ],
  },
  {
    says: 'rooms with a door are entered through index.ts',
    check: server.useDoors,
    good: {
      'server/src/features/a/a.ts': `import '../b/index.js'; import './a.store.js';`,
      'server/src/features/operations.ts': `import './a/operations/getA.js';`,
      'server/src/features/a/operations/getA.ts': `import '../a.js';`,
      'server/src/db/index.ts': `import './connect.js';`,
    },
    bad: [
      { 'server/src/features/a/a.ts': `import '../b/b.js';` },
      { 'server/src/features/a/a.ts': `import type { Row } from '../b/b.store.js';` },
      { 'server/src/features/a/a.ts': `import '../../blobs/staging.js';` },
      { 'server/src/compose.ts': `import './db/connect.js';` },
      { 'server/src/features/operations.ts': `import './a/a.js';` },
    ],
  },
  {
    says: 'features do not use each other in a circle',
    check: server.noFeatureCycles,
    good: {
      'server/src/features/a/a.ts': `import '../b/index.js';`,
      'server/src/features/b/b.ts': `import './index.js';`,
    },
    bad: [
      {
        'server/src/features/a/a.ts': `import '../b/index.js';`,
        'server/src/features/b/b.ts': `import '../a/index.js';`,
      },
      {
        'server/src/features/a/a.ts': `import '../b/index.js';`,
        'server/src/features/b/b.ts': `import '../c/index.js';`,
        'server/src/features/c/c.ts': `import type { A } from '../a/index.js';`,
      },
    ],
  },
  {
    says: 'the kernel imports nothing',
    check: server.kernelStandsAlone,
    good: {
      'server/src/kernel/ids.ts': `import { randomBytes } from 'node:crypto'; import './clock.js';`,
      'server/src/kernel/contract.ts': `export type { operations } from '@document-sync/sdk';`,
    },
    bad: [
      { 'server/src/kernel/ids.ts': `import express from 'express';` },
      { 'server/src/kernel/ids.ts': `import type { Config } from '../config.js';` },
      { 'server/src/kernel/ids.ts': `import { safeFilename } from '@document-sync/sdk';` },
    ],
  },
  {
    says: 'the server takes only types from the SDK',
    check: server.sdkAsTypesOnly,
    good: {
      'server/src/http/a.ts': `import type { operations } from '@document-sync/sdk';`,
      'server/src/http/a.test.ts': `import { DocumentClient } from '@document-sync/sdk';`,
    },
    bad: [
      { 'server/src/http/a.ts': `import { DocumentClient } from '@document-sync/sdk';` },
      // An empty import stays at run time.
      { 'server/src/http/a.ts': `import { type operations } from '@document-sync/sdk';` },
      { 'server/src/http/a.ts': `export { ProblemError } from '@document-sync/sdk';` },
    ],
  },
  {
    says: 'operation files are the operations of the contract, in the feature that their tag names',
    check: (files) => server.operationsMatchContract(files, files === sources ? contract : sampleContract),
    good: { 'server/src/features/a/operations/getA.ts': '', 'server/src/features/a/operations/getA.test.ts': '' },
    bad: [{}, { 'server/src/features/a/operations/getA.ts': '', 'server/src/features/a/operations/putA.ts': '' }],
  },
  {
    says: 'every migration is in the list',
    check: server.migrationsAreListed,
    good: {
      'server/src/db/migrations/index.ts': `import { up } from './001-a.js';`,
      'server/src/db/migrations/001-a.ts': '',
    },
    bad: [
      { 'server/src/db/migrations/index.ts': '', 'server/src/db/migrations/001-a.ts': '' },
      {
        'server/src/db/migrations/index.ts': `import './001-a.js'; import './001-b.js';`,
        'server/src/db/migrations/001-a.ts': '',
        'server/src/db/migrations/001-b.ts': '',
      },
      { 'server/src/db/migrations/index.ts': `import './first.js';`, 'server/src/db/migrations/first.ts': '' },
    ],
  },
  {
    says: 'packages know each other by name, and only along cli → sdk ← server',
    check: repository.packagesKeepApart,
    good: {
      'cli/src/a.ts': `import { DocumentClient } from '@document-sync/sdk'; import './b.js'; import 'yargs';`,
      'server/src/a.ts': `import type { operations } from '@document-sync/sdk';`,
    },
    bad: [
      { 'cli/src/a.ts': `import '@document-sync/server';` },
      { 'cli/src/a.ts': `import '../../sdk/src/index.js';` },
      { 'cli/bin/a.cjs': `require('../../server/dist/src/main.js');` },
      { 'sdk/src/a.ts': `import '@document-sync/cli';` },
      { 'server/src/a.ts': `import '../../sdk/src/generated/openapi.js';` },
    ],
  },
  {
    says: 'files do not import each other in a circle',
    check: repository.noImportCycles,
    good: { 'sdk/src/a.ts': `import './b.js';`, 'sdk/src/b.ts': `import type { A } from './a.js';` },
    bad: [
      { 'sdk/src/a.ts': `import './b.js';`, 'sdk/src/b.ts': `import './a.js';` },
      { 'sdk/src/a.ts': `export * from './b.js';`, 'sdk/src/b.ts': `import { type A } from './a.js';` },
    ],
  },
  {
    says: 'only the config files read the environment',
    check: repository.environmentInConfigOnly,
    good: {
      'server/src/config.ts': 'process.env;',
      'cli/src/config.ts': 'process.env;',
      'cli/src/a.ts': `const env = { a: 1 }; read(env.a); // process.env`,
      'server/test/a.test.ts': 'process.env;',
    },
    bad: [
      { 'server/src/http/a.ts': `process.env['HOME'];` },
      { 'server/src/http/config.ts': 'globalThis.process.env;' },
      { 'cli/src/a.ts': `process['env'];` },
      { 'cli/src/a.ts': 'const { env } = process;' },
      { 'cli/src/a.ts': 'const { env: environment } = process;' },
      { 'sdk/src/a.ts': `import { env } from 'node:process';` },
      { 'cli/bin/a.cjs': 'process.env.HOME;' },
    ],
  },
  {
    says: 'no file has more than 300 lines',
    check: repository.noLongFiles,
    good: { 'a.ts': 'line\n'.repeat(300) },
    bad: [{ 'a.ts': 'line\n'.repeat(301) }, { 'a.ts': `${'line\n'.repeat(300)}last` }],
  },
  {
    says: 'every name says what is inside',
    check: repository.tellingNames,
    good: { 'sdk/src/commonmark.ts': '', 'sdk/src/helping.ts': '' },
    bad: [
      { 'sdk/src/utils.ts': '' },
      { 'sdk/src/string-utils.ts': '' },
      { 'sdk/test/helpers/server.ts': '' },
      { 'sdk/src/common.test.ts': '' },
    ],
  },
  {
    says: 'nothing is left to do in the code',
    check: repository.nothingLeftToDo,
    on: texts,
    good: { 'a.ts': 'const todos = 1;' },
    bad: [{ 'a.ts': `// ${'TO' + 'DO'}: later` }, { 'b.md': `${'FIX' + 'ME'} now` }],
  },
  {
    says: 'who switches a check off says why',
    check: repository.switchedOffWithReason,
    good: { 'a.ts': `// ${'eslint' + '-disable-next-line'} no-console -- a reporter writes` },
    bad: [
      { 'a.ts': `// ${'eslint' + '-disable-next-line'} no-console` },
      { 'a.ts': `/* ${'eslint' + '-disable'} */` },
      { 'a.ts': `// ${'@ts-' + 'ignore'}` },
      { 'a.ts': `// ${'@ts-' + 'expect-error'}` },
    ],
  },
  {
    says: 'every test runs',
    check: repository.everyTestRuns,
    good: { 'a.test.ts': `it('a', () => {}); read.only(); submit(1);` },
    bad: [{ 'a.test.ts': `it.only('a', () => {});` }, { 'a.test.ts': `xdescribe('a', () => {});` }],
  },
];

describe('house rules', () => {
  for (const { says, check, good, bad, on = sources } of rules) {
    describe(says, () => {
      it('holds in this repository', () => {
        assert.deepEqual(check(on), []);
      });
      it('lets a good sample pass', () => {
        assert.deepEqual(check(asSources(good)), []);
      });
      for (const [at, sample] of bad.entries()) {
        it(`finds bad sample ${at + 1}`, () => {
          assert.equal(check(asSources(sample)).length, 1);
        });
      }
    });
  }

  it('look at the whole house', () => {
    const looked = new Set(sources.map((source) => source.path));
    for (const place of [
      'server/src/main.ts',
      'server/src/compose.ts',
      'sdk/src/index.ts',
      'cli/src/main.ts',
      'setup.mjs',
    ]) {
      assert.ok(looked.has(place), `${place} was not read`);
    }
    assert.ok(contract.length >= 8, 'the contract has fewer operations than it began with');
  });
});

const sampleContract: readonly server.ContractOperation[] = [{ operationId: 'getA', tag: 'a' }];

function asSources(files: Readonly<Record<string, string>>): Source[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** The operations of a contract, each with its first tag. */
function contractOperations(yaml: string): server.ContractOperation[] {
  const { paths } = parseYaml(yaml) as { paths: Record<string, Record<string, unknown>> };
  return Object.values(paths).flatMap((item) =>
    Object.values(item).flatMap((operation) => {
      const { operationId, tags } = operation as { operationId?: string; tags?: string[] };
      return operationId === undefined ? [] : [{ operationId, tag: tags?.[0] ?? '' }];
    }),
  );
}
