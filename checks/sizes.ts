// Files and functions stay small enough to read in one go; the pure core takes no shortcut past the compiler.
import ts from 'typescript';
import { finding, isCode, isGenerated, isTest, lineAt, syntax, walk, type Finding, type SourceFile } from './support/source.ts';

export const MAX_FILE_LINES = 400;
export const MAX_FUNCTION_LINES = 70;

export const isMeasured = ({ path }: SourceFile): boolean => isCode(path) && !isTest(path) && !isGenerated(path);

export function checkSizes(files: readonly SourceFile[]): Finding[] {
  return files.filter(isMeasured).flatMap((file) => [...checkFile(file), ...checkFunctions(file)]);
}

function checkFile(file: SourceFile): Finding[] {
  const lines = file.text.replace(/\n$/, '').split('\n').length;
  return lines <= MAX_FILE_LINES ? [] : [{ file: file.path, line: 1, message: `${lines} lines, at most ${MAX_FILE_LINES}` }];
}

function checkFunctions(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  walk(syntax(file), (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const lines = lineAt(file.text, node.end) - lineAt(file.text, node.getStart()) + 1;
    if (lines <= MAX_FUNCTION_LINES) return;
    found.push(finding(file, node, `function ${nameOf(node)} has ${lines} lines, at most ${MAX_FUNCTION_LINES}`));
  });
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '(anonymous)';
}

export const isCore = ({ path }: SourceFile): boolean => /^src\/(domain|flows)\//.test(path) && !isTest(path);

/** No `any`, no `!`, no casts in domain and flows; and nowhere a comment that silences the compiler. */
export function checkStrictness(files: readonly SourceFile[]): Finding[] {
  return files.filter(isMeasured).flatMap((file) => [...checkSilencers(file), ...(isCore(file) ? checkShortcuts(file) : [])]);
}

function checkShortcuts(file: SourceFile): Finding[] {
  const found: Finding[] = [];
  walk(syntax(file), (node) => {
    const problem = shortcut(node);
    if (problem !== undefined) found.push(finding(file, node, problem));
  });
  return found;
}

function shortcut(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (ts.isNonNullExpression(node)) return 'non-null assertion';
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
    return node.exclamationToken === undefined ? undefined : 'definite assignment assertion';
  }
  if (ts.isTypeAssertionExpression(node)) return 'cast';
  return ts.isAsExpression(node) && !ts.isConstTypeReference(node.type) ? 'cast (only `as const` is allowed)' : undefined;
}

const SILENCER = /@ts-(?:ignore|nocheck|expect-error)/g;

function checkSilencers(file: SourceFile): Finding[] {
  // Only real comments count: a string that names the directive is not one.
  const comments = [...commentsOf(file)];
  return comments.filter(({ text }) => text.match(SILENCER) !== null)
    .map(({ at }) => ({ file: file.path, line: lineAt(file.text, at), message: 'comment silences the compiler' }));
}

function* commentsOf(file: SourceFile): Generator<{ at: number; text: string }> {
  const seen = new Set<number>();
  const ranges: ts.CommentRange[] = [];
  walk(syntax(file), (node) => ranges.push(...(ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [])));
  for (const { pos, end } of ranges) {
    if (seen.has(pos)) continue;
    seen.add(pos);
    yield { at: pos, text: file.text.slice(pos, end) };
  }
}
