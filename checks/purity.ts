// Domain and flows decide from what they are given: no clock, no chance, no host, and no waiting in the domain.
import ts from 'typescript';
import { finding, isTest, syntax, walk, type Finding, type SourceFile } from './support/source.ts';

export const isPure = ({ path }: SourceFile): boolean => /^src\/(domain|flows)\//.test(path) && !isTest(path);

const HOST_GLOBALS = new Set([
  'crypto', 'process', 'performance', 'console', 'fetch', 'globalThis', 'require', 'window', 'navigator',
  'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'WebSocket', 'XMLHttpRequest',
]);
const ASYNC_GLOBALS = new Set(['Promise', 'PromiseLike']);
/** These read the zone or language of the host, so the same input would answer differently elsewhere. */
const LOCAL_METHOD = /^(?:[gs]et(?:Date|Day|FullYear|Hours|Minutes|Month|Seconds|Milliseconds)|getTimezoneOffset|toLocale\w*|to(?:Date|Time)String)$/;

export function checkPurity(files: readonly SourceFile[]): Finding[] {
  return files.filter(isPure).flatMap((file) => {
    const found: Finding[] = [];
    const domain = file.path.startsWith('src/domain/');
    const local = namesBoundIn(file);
    walk(syntax(file), (node) => {
      const problem = impure(node, local) ?? (domain ? waits(node) : undefined);
      if (problem !== undefined) found.push(finding(file, node, problem));
    });
    return found;
  });
}

function impure(node: ts.Node, local: ReadonlySet<string>): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date')) {
    const count = node.arguments?.length ?? 0;
    if (count === 0) return 'new Date() reads the clock';
    return count > 1 ? 'new Date(year, month, …) uses the local zone' : undefined;
  }
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date() reads the clock';
  if (ts.isPropertyAccessExpression(node)) {
    if (isNamed(node.expression, 'Date') && node.name.text === 'now') return 'Date.now reads the clock';
    if (isNamed(node.expression, 'Date') && node.name.text === 'parse') return parsesUtc(node.parent) ? undefined : 'Date.parse may read the local zone; end the text in Z';
    if (isNamed(node.expression, 'Math') && node.name.text === 'random') return 'Math.random';
    return LOCAL_METHOD.test(node.name.text) ? `${node.name.text} depends on the zone or language of the host` : undefined;
  }
  if (!ts.isIdentifier(node) || !HOST_GLOBALS.has(node.text)) return undefined;
  return isReference(node) && !local.has(node.text) ? `${node.text} is not available to pure code` : undefined;
}

/** `Date.parse(…)` of a text whose literal part ends in Z cannot depend on the zone of the host. */
function parsesUtc(call: ts.Node): boolean {
  const text = ts.isCallExpression(call) ? call.arguments[0] : undefined;
  if (text === undefined) return false;
  if (ts.isTemplateExpression(text)) return text.templateSpans.at(-1)?.literal.text.endsWith('Z') === true;
  return ts.isStringLiteralLike(text) && text.text.endsWith('Z');
}

function waits(node: ts.Node): string | undefined {
  if (ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword) return 'the domain does not wait (async/await)';
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return 'the domain does not wait (for await)';
  return ts.isIdentifier(node) && ASYNC_GLOBALS.has(node.text) && isReference(node) ? `the domain does not wait (${node.text})` : undefined;
}

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

/** A use of the name itself, not a property or member that happens to be called so. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return !('name' in parent && parent.name === node) && !('propertyName' in parent && parent.propertyName === node);
}

function namesBoundIn(file: SourceFile): Set<string> {
  const names = new Set<string>();
  walk(syntax(file), (node) => {
    const binds = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)
      || ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node);
    if (binds && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}
