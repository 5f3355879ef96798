// What the project depends on: exact, verifiable, freely licensed, and each with a reason that somebody wrote down.
import { importsOf } from './support/imports.ts';
import { finding, isUnitTest, type Finding, type SourceFile } from './support/source.ts';

export type Manifest = {
  readonly name?: string;
  readonly version?: string;
  readonly license?: unknown;
  readonly licenses?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};
export type LockEntry = Manifest & {
  readonly resolved?: string; readonly integrity?: string; readonly link?: boolean; readonly dev?: boolean; readonly optional?: boolean;
};
export type Lock = { readonly packages: Readonly<Record<string, LockEntry>> };

const KINDS = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'] as const;
const EXACT = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

export function checkExactVersions(manifests: readonly SourceFile[]): Finding[] {
  return manifests.flatMap((file) => {
    const manifest = parse<Manifest>(file);
    return KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {})).filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => at(file, name, `${name} is ${version}, not an exact version`));
  });
}

/** Everything installed from elsewhere is pinned by content, and comes from the registry that whoever installs it has set: no entry names a host. */
export function checkLock(file: SourceFile): Finding[] {
  return remoteEntries(parse<Lock>(file)).flatMap(([path, { resolved, integrity }]) => [
    ...(integrity === undefined || !/^sha(?:384|512)-/.test(integrity) ? [at(file, path, `${path} has no integrity`)] : []),
    ...(isRemote(resolved) ? [at(file, path, `${path} names the host it comes from`)] : []),
  ]);
}

export const remoteEntries = ({ packages }: Lock): [string, LockEntry][] =>
  Object.entries(packages).filter(([path, entry]) => /(?:^|\/)node_modules\//.test(path) && !(entry.link === true && !isRemote(entry.resolved)));

const isRemote = (resolved: string | undefined): boolean => resolved !== undefined && /^[\w+]+:/.test(resolved);

export const runtimeEntries = (lock: Lock): [string, LockEntry][] => remoteEntries(lock).filter(([, { dev }]) => dev !== true);

const LICENCES = new Set([
  'MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'PostgreSQL', 'Unlicense', 'Python-2.0',
]);

/** Packages that name no licence in their manifest: what the licence file they come with says, read for this version. */
const READ_BY_HAND: Readonly<Record<string, string>> = { 'png-js 2.0.0': 'MIT' };

/** The licence the installed package states; the lock's copy only for binaries of other platforms, which are not installed here. */
export function checkLicences(lock: Lock, installed: (path: string) => Manifest | undefined): Finding[] {
  return runtimeEntries(lock).flatMap(([path, entry]) => {
    const manifest = installed(path) ?? (entry.optional === true ? entry : undefined);
    if (manifest === undefined) return [{ file: 'package-lock.json', line: 1, message: `${path} is not installed, so its licence is unread` }];
    const licence = READ_BY_HAND[`${path.replace(/^.*node_modules\//, '')} ${manifest.version}`] ?? licenceOf(manifest);
    return isAllowed(licence) ? [] : [{ file: 'package-lock.json', line: 1, message: `${path} has the licence ${licence}` }];
  });
}

function licenceOf({ license, licenses }: Manifest): string {
  if (typeof license === 'string') return license;
  const listed: unknown = Array.isArray(licenses) ? licenses[0] : license;
  return typeof listed === 'object' && listed !== null && 'type' in listed ? String(listed.type) : 'none';
}

const isAllowed = (expression: string): boolean => expression.replaceAll(/[()]/g, '').split(/\s+OR\s+/)
  .some((choice) => choice.split(/\s+AND\s+/).every((name) => LICENCES.has(name.trim())));

/** A table row or list item that starts with the name in backticks and goes on with a reason; `@scope/*` covers a family. */
export function checkReasons(manifests: readonly SourceFile[], page: SourceFile): Finding[] {
  const read = manifests.map((file) => parse<Manifest>(file));
  const own = new Set(read.map(({ name }) => name));
  const names = [...new Set(read.flatMap(({ dependencies, optionalDependencies, devDependencies }) => Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })))].filter((name) => !own.has(name));
  const reasons = [...page.text.matchAll(/^(?:\| |- )`([^`]+)`[ |:—-]+([^ |\n].{9,})$/gm)].map(([, name = '']) => name);
  const covers = (reason: string, name: string): boolean => (reason.endsWith('/*') ? name.startsWith(reason.slice(0, -1)) : reason === name);
  return [
    ...names.filter((name) => !reasons.some((reason) => covers(reason, name))).map((name) => at(page, name, `no reason is given for ${name}`)),
    ...reasons.filter((reason) => !names.some((name) => covers(reason, name))).map((reason) => at(page, reason, `${reason} is not a dependency`)),
  ];
}

/** What runs in production is installed in production: src imports no development dependency. */
export function checkDeclared(files: readonly SourceFile[], manifest: SourceFile): Finding[] {
  const { dependencies, optionalDependencies } = parse<Manifest>(manifest);
  const declared = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
  return files.filter(({ path }) => path.startsWith('src/') && !isUnitTest(path)).flatMap((file) =>
    importsOf(file).flatMap(({ node, target }) => (target.kind !== 'package' || target.name.startsWith('@ordo/') || declared.has(target.name)
      ? [] : [finding(file, node, `${target.name} is not a runtime dependency`)])));
}

export const parse = <T>(file: SourceFile): T => JSON.parse(file.text) as T;

function at(file: SourceFile, name: string, message: string): Finding {
  const index = file.text.split('\n').findIndex((line) => line.includes(`"${name}"`) || line.includes(`\`${name}\``));
  return { file: file.path, line: index + 1 || 1, message };
}
