// SQL is constant text: values travel as parameters, so no input can become a statement.
import ts from 'typescript';
import { finding, isTest, isUnitTest, syntax, walk, type Finding, type SourceFile } from './support/source.ts';

type Exemption = { readonly path: string; readonly reason: string };

/** Identifiers cannot be parameters, so these may put DDL together from names of their own, and nothing else. */
export const DDL_EXEMPT: readonly Exemption[] = [
  { path: 'src/postgres/migrate.ts', reason: 'grants by the name of the runtime role' },
  { path: 'src/postgres/runtime-role.ts', reason: 'creates the runtime role, whose name is derived from the owner of the database' },
  { path: 'src/postgres/embedded/', reason: 'creates the role and database of a private cluster before any tenant exists' },
  { path: 'tests/support/postgres.ts', reason: 'creates and drops one database per test, by generated name' },
  { path: 'tests/support/global-setup.ts', reason: 'creates and drops the template database, by generated name' },
];
const DDL = /^\s*(?:create|alter|drop|grant|revoke)\s/i;

/** Tests may build what they like; what they all stand on may not. */
export const isSqlScope = ({ path }: SourceFile): boolean => /^(?:src|bench|tests\/support)\//.test(path) && !isUnitTest(path);

export function checkConstantSql(files: readonly SourceFile[]): Finding[] {
  return files.filter(isSqlScope).flatMap(checkFile);
}

const mayBuildDdl = ({ path }: SourceFile): boolean => DDL_EXEMPT.some((one) => path === one.path || (one.path.endsWith('/') && path.startsWith(one.path)));

function checkFile(file: SourceFile): Finding[] {
  const found = new Map<ts.Node, Finding>();
  const ddlAllowed = mayBuildDdl(file);
  const judge = (node: ts.Node | undefined, counts: (text: string) => boolean): void => {
    const text = node === undefined ? undefined : assembledText(node);
    if (node === undefined || text === undefined || !counts(text) || (ddlAllowed && DDL.test(text))) return;
    found.set(node, finding(file, node, 'SQL put together at run time; use parameters'));
  };
  walk(syntax(file), (node) => {
    judge(node, looksLikeSql);
    // Whatever goes straight into a query is SQL, whether it looks like it or not.
    if (isQueryCall(node)) judge(statementOf(node), () => true);
  });
  return [...found.values()];
}

/** The text of a template with substitutions, or of a `+` with an operand that is not a literal; `?` stands for the unknown. */
function assembledText(node: ts.Node): string | undefined {
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('?');
  if (!isPlus(node) || isPlus(node.parent)) return undefined;
  const parts = operands(node).map((part) => (ts.isStringLiteralLike(part) ? part.text : assembledText(part)));
  const dynamic = operands(node).some((part) => !ts.isStringLiteralLike(part));
  return dynamic ? parts.map((part) => part ?? '?').join('') : undefined;
}

const isPlus = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && (node.operatorToken.kind === ts.SyntaxKind.PlusToken || node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken);

const operands = (node: ts.Expression): ts.Expression[] => (isPlus(node) ? [...operands(node.left), ...operands(node.right)] : [node]);

const OBJECT = '(?:or replace|unique|temp|temporary|unlogged|materialized|table|index|role|user|database|schema|policy|function|view|extension|type|sequence|trigger|system)';
const SQL = [
  /\bselect\b[^]*\bfrom\b/i,
  /\binsert\s+into\b/i,
  /\bupdate\s+(?:only\s+)?\S+(?:\s+(?:as\s+)?\w+)?\s+set\b/i,
  /\bdelete\s+from\b/i,
  /\bwith\s+(?:recursive\s+)?\S+(?:\s*\([^)]*\))?\s+as\s+(?:(?:not\s+)?materialized\s*)?\(/i,
  /(?:^|;)\s*truncate\s/i,
  new RegExp(`(?:^|[;\\n])\\s*(?:alter|create|drop)\\s+${OBJECT}\\b`, 'i'),
  /(?:^|[;\n])\s*(?:grant|revoke)\s[^]*\s(?:on|to|from)\s/i,
  /(?:^|;)\s*set\s+(?:local|session|role)\s/i,
];
const looksLikeSql = (text: string): boolean => SQL.some((pattern) => pattern.test(text));

const isQueryCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'query';

function statementOf(call: ts.CallExpression): ts.Node | undefined {
  const first = call.arguments[0];
  if (first === undefined || !ts.isObjectLiteralExpression(first)) return first;
  const text = first.properties.find((property) => property.name?.getText() === 'text');
  return text !== undefined && ts.isPropertyAssignment(text) ? text.initializer : undefined;
}

/** Only the store speaks SQL: a `.query(` call anywhere else in src is a way around it. */
export function checkQueryCalls(files: readonly SourceFile[]): Finding[] {
  const outside = files.filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/postgres/') && !isTest(path));
  return outside.flatMap((file) => {
    const found: Finding[] = [];
    walk(syntax(file), (node) => {
      if (isQueryCall(node)) found.push(finding(file, node, 'SQL outside src/postgres'));
    });
    return found;
  });
}
