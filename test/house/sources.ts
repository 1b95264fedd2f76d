import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A file of the repository: its path from the root, with slashes, and what it says. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import (or re-export) of a file. */
export interface Import {
  /** As written: `../db/index.js`, `express`, `#platform`. */
  readonly specifier: string;
  /** For a relative import, the source file it means, from the root; undefined for a package. */
  readonly target: string | undefined;
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'generated']);

/**
 * Reads the repository's own text files, whether committed or not.
 *
 * @param root the repository's folder
 * @param extensions which files, by the end of their name: `.ts`
 */
export function readSources(root: string, extensions: readonly string[]): Source[] {
  const found: Source[] = [];
  const enter = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const place = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name) && (!entry.name.startsWith('.') || entry.name === '.ci')) enter(place);
      } else if (extensions.some((extension) => entry.name.endsWith(extension))) {
        found.push({ path: place, text: readFileSync(path.join(root, place), 'utf8') });
      }
    }
  };
  enter('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All imports of a TypeScript or JavaScript file: statements, re-exports, `import()` and `import('…')` types. */
export function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    imports.push({ specifier: specifier.text, target: targetOf(source.path, specifier.text), typeOnly });
  };
  visit(parse(source), (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0], false);
  });
  return imports;
}

function isLoader(called: ts.Expression): boolean {
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require');
}

/** Whether a file reads the environment, under whatever name: `process.env`, `{ env } = process`, `env` of node:process. */
export function readsEnvironment(source: Source): boolean {
  let found = false;
  const isProcess = (node: ts.Node | undefined): boolean =>
    node !== undefined &&
    ((ts.isIdentifier(node) && node.text === 'process') ||
      (ts.isPropertyAccessExpression(node) && node.name.text === 'process'));
  const namesEnv = (node: ts.BindingElement | ts.ImportSpecifier): boolean =>
    (node.propertyName ?? node.name).getText() === 'env';
  visit(parse(source), (node) => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'env') found ||= isProcess(node.expression);
    else if (ts.isElementAccessExpression(node) && node.argumentExpression.getText() === "'env'") {
      found ||= isProcess(node.expression);
    } else if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
      found ||= isProcess(node.initializer) && node.name.elements.some(namesEnv);
    } else if (ts.isImportSpecifier(node) && namesEnv(node)) {
      const { moduleSpecifier } = node.parent.parent.parent;
      found ||= ts.isStringLiteral(moduleSpecifier) && /^(node:)?process$/.test(moduleSpecifier.text);
    }
  });
  return found;
}

function parse(source: Source): ts.SourceFile {
  return ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => {
    visit(child, look);
  });
}

function targetOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}
