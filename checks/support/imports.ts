// Every way one file can name another: static, type-only, re-export, dynamic, import type and require.
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { syntax, walk, type SourceFile } from './source.ts';

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string };
export type Import = { readonly node: ts.Node; readonly target: Target; readonly typeOnly: boolean };

const known = new WeakMap<SourceFile, readonly Import[]>();

export function importsOf(file: SourceFile): readonly Import[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const found: Import[] = [];
  walk(syntax(file), (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    found.push({ node, target: resolve(file.path, specifier), typeOnly: isTypeOnly(node) });
  });
  known.set(file, found);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literalText(node.moduleSpecifier);
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? literalText(node.argument.literal) : undefined;
  if (ts.isCallExpression(node)) {
    const called = node.expression;
    const loads = called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require');
    return loads ? literalText(node.arguments[0]) : undefined;
  }
  return undefined;
}

const literalText = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false;
  const clause = node.importClause;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named)
    && named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

const builtins = new Set(builtinModules);

function resolve(from: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) };
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier.slice('node:'.length) };
  return builtins.has(name) ? { kind: 'node', name: specifier } : { kind: 'package', name };
}
