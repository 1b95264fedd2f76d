import path from 'node:path';
import ts from 'typescript';

/** As strict as an example's reader may have it. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  sourceMap: true,
};

/**
 * Makes a program of an example: it talks to `serverUrl` where it names no server, and one that goes on with the client of
 * the example before has it. Lines keep their numbers.
 */
export function completeExample(code: string, serverUrl: string): string {
  const options = `{ baseUrl: '${serverUrl}' }`;
  const goesOn = /\bclient\b/.test(code) && !/\bconst client\b/.test(code);
  const client = `import { DocumentClient as Client } from '@document-sync/sdk'; const client = new Client(${options}); `;
  return (goesOn ? client : '') + code.replaceAll('new DocumentClient()', `new DocumentClient(${options})`);
}

/**
 * Type-checks files together (once, because the libraries take the time) and writes the JavaScript beside them.
 *
 * @returns for each file what the compiler says about it, a line each
 */
export function compileExamples(files: readonly string[]): Map<string, string[]> {
  const program = ts.createProgram(files, { ...OPTIONS, typeRoots: typeRoots(files) });
  const mistakes = new Map<string, string[]>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const general = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
    mistakes.set(file, [...general, ...found].map(describe));
    program.emit(source);
  }
  return mistakes;
}

function typeRoots(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => path.join(path.dirname(file), 'node_modules/@types')))];
}

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? `line ${file.getLineAndCharacterOfPosition(start).line + 1}: ` : '';
  return line + ts.flattenDiagnosticMessageText(messageText, '\n');
}
