// The one loader every architecture check reads through, and the shape of what a check finds.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export type SourceFile = { readonly path: string; readonly text: string };
export type Finding = { readonly file: string; readonly line: number; readonly message: string };

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.ordo', 'coverage', 'test-results']);

/** Every file below the given folders (or the files themselves) whose name passes, sorted by path. */
export function loadFiles(roots: readonly string[], accepts: (path: string) => boolean): SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true })) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) visit(child);
      } else if (entry.isFile() && accepts(child)) found.push(readProjectFile(child));
    }
  };
  for (const root of roots) {
    if (!existsSync(join(ROOT, root))) continue;
    visit(root);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const readProjectFile = (path: string): SourceFile => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });

export const CODE_ROOTS = ['src', 'client/src', 'console/src', 'checks', 'tests', 'bench'] as const;
export const loadCode = (roots: readonly string[] = CODE_ROOTS): SourceFile[] => loadFiles(roots, isCode);

export const isCode = (path: string): boolean => /\.(ts|tsx)$/.test(path);
export const isGenerated = (path: string): boolean => path.startsWith('client/src/generated/');
/** Tests beside the code, and what only they use (*.testing.ts). */
export const isUnitTest = (path: string): boolean => /\.(?:test|testing)\.tsx?$/.test(path);
export const isTest = (path: string): boolean => isUnitTest(path) || path.startsWith('tests/');

const parsed = new WeakMap<SourceFile, ts.SourceFile>();

export function syntax(file: SourceFile): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const kind = file.path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file.path, file.text, { languageVersion: ts.ScriptTarget.ES2023, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }, true, kind);
  parsed.set(file, tree);
  return tree;
}

/** Shows a node and all below it, each before its children. A whole file is gone through once, however many checks walk it. */
export function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  for (const each of ts.isSourceFile(node) ? nodesOf(node) : listed(node, [])) see(each);
}

const walked = new WeakMap<ts.SourceFile, readonly ts.Node[]>();

function nodesOf(tree: ts.SourceFile): readonly ts.Node[] {
  const known = walked.get(tree);
  if (known !== undefined) return known;
  const nodes = listed(tree, []);
  walked.set(tree, nodes);
  return nodes;
}

function listed(node: ts.Node, into: ts.Node[]): ts.Node[] {
  into.push(node);
  ts.forEachChild(node, (child) => void listed(child, into));
  return into;
}

export function finding(file: SourceFile, node: ts.Node, message: string): Finding {
  return { file: file.path, line: lineAt(file.text, node.getStart()), message };
}

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Throws with one `file:line message` per finding, or when too few files were read for the result to mean anything. */
export function expectClean(findings: readonly Finding[], examined: number, minimum: number): void {
  const problems = findings.map(({ file, line, message }) => `${file}:${line} ${message}`);
  if (examined < minimum) problems.push(`examined ${examined}, expected at least ${minimum}: the check reads too little to mean anything`);
  if (problems.length > 0) throw new Error(`${problems.length} problem(s)\n${problems.join('\n')}`);
}

/** An in-memory file for the self-tests of the checks. */
export const fixture = (path: string, ...lines: readonly string[]): SourceFile => ({ path, text: lines.join('\n') });
