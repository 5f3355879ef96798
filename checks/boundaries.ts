// Who may import whom. The arrows are the architecture; everything else in this file is how to read them.
import ts from 'typescript';
import { importsOf, type Import, type Target } from './support/imports.ts';
import { finding, isGenerated, isUnitTest, syntax, walk, type Finding, type SourceFile } from './support/source.ts';

/** Import order inside the domain: a module sees only the index.ts of modules to its left. */
export const DOMAIN_MODULES = [
  'kernel', 'catalog', 'shipping', 'inventory', 'order', 'promising', 'routing', 'fulfillment', 'billing', 'returns',
] as const;

type Layer = {
  readonly path: string;
  /** Path prefixes (folders end in a slash) of project files it may import. */
  readonly files: readonly string[];
  /** Packages it may import: none, only the named ones, or any. */
  readonly packages: 'any' | readonly string[];
  readonly node: boolean;
};

const LAYERS: readonly Layer[] = [
  { path: 'src/domain/', files: ['src/domain/'], packages: [], node: false },
  { path: 'src/flows/', files: ['src/domain/', 'src/flows/'], packages: [], node: false },
  { path: 'src/postgres/', files: ['src/domain/', 'src/flows/', 'src/postgres/'], packages: 'any', node: true },
  { path: 'src/connectors/', files: ['src/domain/', 'src/flows/', 'src/connectors/'], packages: 'any', node: true },
  { path: 'src/files/', files: ['src/files/'], packages: ['csv-parse'], node: true },
  { path: 'src/server/', files: ['src/domain/', 'src/flows/', 'src/files/', 'src/server/'], packages: 'any', node: true },
  { path: 'src/cli/', files: ['src/cli/', 'src/files/', 'src/server/compose.ts', 'src/server/settings.ts'], packages: 'any', node: true },
  { path: 'client/', files: ['client/'], packages: 'any', node: false },
  { path: 'console/', files: ['console/'], packages: 'any', node: false },
];
const CLIENT_PACKAGE = '@ordo/client';
const CLIENT_READERS = ['src/cli/', 'console/'];
const TEST_PACKAGES = ['vitest', 'fast-check'];
/** The one file that sees everything: it wires the program together. */
const COMPOSE = 'src/server/compose.ts';

export function checkBoundaries(files: readonly SourceFile[]): Finding[] {
  return files.filter(isGoverned).flatMap((file) => [...checkImports(file), ...checkOutgoing(file)]);
}

export const isGoverned = ({ path }: SourceFile): boolean => /^(src|client|console)\//.test(path) && !isGenerated(path);

function checkImports(file: SourceFile): Finding[] {
  if (file.path === COMPOSE) return [];
  const layer = LAYERS.find(({ path }) => file.path.startsWith(path));
  if (layer === undefined) return [{ file: file.path, line: 1, message: 'belongs to no layer: add it to checks/boundaries.ts' }];
  return importsOf(file).flatMap((one) => {
    const problem = forbidden(file, layer, one.target) ?? domainOrder(file, one.target);
    return problem === undefined ? [] : [finding(file, one.node, problem)];
  });
}

function forbidden({ path }: SourceFile, layer: Layer, target: Target): string | undefined {
  const name = layer.path.slice(0, -1);
  const test = isUnitTest(path);
  if (target.kind === 'node') return layer.node ? undefined : `${name} must not import node:${target.name}`;
  if (target.kind === 'package') {
    if (target.name === CLIENT_PACKAGE) {
      return CLIENT_READERS.includes(layer.path) ? undefined : `${name} must not import ${CLIENT_PACKAGE}`;
    }
    const allowed = layer.packages === 'any' || layer.packages.includes(target.name) || (test && TEST_PACKAGES.includes(target.name));
    return allowed ? undefined : `${name} must not import the package ${target.name}`;
  }
  if (!test && isUnitTest(target.path)) return `only tests may import ${target.path}`;
  if (test && target.path.startsWith('tests/support/')) return undefined;
  const allowed = layer.files.some((prefix) => (prefix.endsWith('/') ? target.path.startsWith(prefix) : target.path === prefix));
  return allowed ? undefined : `${name} must not import ${target.path}`;
}

/** Module order inside the domain, and entry through a module's index.ts from the domain and from flows. */
function domainOrder({ path }: SourceFile, target: Target): string | undefined {
  if (isUnitTest(path) || !/^src\/(domain|flows)\//.test(path)) return undefined;
  const own = moduleOf(path);
  if (path.startsWith('src/domain/') && own === undefined) return 'belongs to no domain module';
  if (target.kind !== 'file' || !target.path.startsWith('src/domain/')) return undefined;
  const other = moduleOf(target.path);
  if (other === undefined) return `${target.path} belongs to no domain module`;
  if (own === other) return undefined;
  if (own !== undefined && DOMAIN_MODULES.indexOf(other) > DOMAIN_MODULES.indexOf(own)) {
    return `domain module ${own} must not import ${other}, which comes after it`;
  }
  const entry = `src/domain/${other}/index.ts`;
  return target.path === entry ? undefined : `import ${entry}, not ${target.path}`;
}

const moduleOf = (path: string): (typeof DOMAIN_MODULES)[number] | undefined =>
  DOMAIN_MODULES.find((module) => path.startsWith(`src/domain/${module}/`));

/** One file opens outgoing HTTP, so that time limits and the guard against private addresses hold everywhere. */
const OUTGOING = ['src/server/outgoing.ts', 'src/cli/', 'client/', 'console/'];
const HTTP_MODULES = new Set(['http', 'https', 'http2', 'undici']);

function checkOutgoing(file: SourceFile): Finding[] {
  if (isUnitTest(file.path) || OUTGOING.some((allowed) => file.path.startsWith(allowed))) return [];
  const found = importsOf(file).filter(opensHttp)
    .map(({ node, target }) => finding(file, node, `outgoing HTTP belongs in src/server/outgoing.ts: import of ${nameOf(target)}`));
  walk(syntax(file), (node) => {
    if (ts.isCallExpression(node) && isGlobalFetch(node.expression)) {
      found.push(finding(file, node, 'outgoing HTTP belongs in src/server/outgoing.ts: call of fetch'));
    }
  });
  return found;
}

const nameOf = (target: Target): string => (target.kind === 'file' ? target.path : target.name);
const opensHttp = ({ target, typeOnly }: Import): boolean => !typeOnly && target.kind !== 'file' && HTTP_MODULES.has(target.name);

function isGlobalFetch(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === 'fetch';
  return ts.isPropertyAccessExpression(called) && called.name.text === 'fetch'
    && ts.isIdentifier(called.expression) && called.expression.text === 'globalThis';
}
