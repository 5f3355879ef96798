// Every code, event, setting and metric named in code or in the documentation exists in its catalogue.
import ts from 'typescript';
import { finding, isCode, isTest, lineAt, syntax, walk, type Finding, type SourceFile } from './support/source.ts';

export type Names = {
  readonly refusals: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly settings: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
};

export const isReferenceScope = ({ path }: SourceFile): boolean => /^(src|console\/src)\//.test(path) && isCode(path) && !isTest(path);

export function checkReferences(files: readonly SourceFile[], names: Names): Finding[] {
  return files.filter(isReferenceScope).flatMap((file) => [...checkLiterals(file, names), ...checkSettingNames(file, names.settings)]);
}

const CATALOGUES = ['src/domain/kernel/refusals.ts', 'src/domain/kernel/events.ts', 'src/server/settings.ts', 'src/server/metrics.ts'];

function checkLiterals(file: SourceFile, names: Names): Finding[] {
  if (CATALOGUES.includes(file.path)) return [];
  const found: Finding[] = [];
  walk(syntax(file), (node) => {
    if (!ts.isStringLiteralLike(node)) return;
    const problem = unknownName(node, names);
    if (problem !== undefined) found.push(finding(file, node, problem));
  });
  return found;
}

function unknownName(node: ts.StringLiteralLike, names: Names): string | undefined {
  const { text } = node;
  if (isRefusalCode(node) && !names.refusals.has(text)) return `refusal code ${text} is not in REFUSALS`;
  if (isEventType(node) && !names.events.has(text)) return `event type ${text} is not in EVENTS`;
  return isMetricName(node) && !names.metrics.has(text) ? `metric ${text} is not in METRICS` : undefined;
}

/** A metric is made from an object with a name and a help text; other things are named ordo_… too. */
const isMetricName = (node: ts.StringLiteralLike): boolean => node.text.startsWith('ordo_') && propertyName(node) === 'name'
  && ts.isObjectLiteralExpression(node.parent.parent) && hasProperty(node.parent.parent, 'help');

/** The first argument of refuse(…), also behind a conditional, or the code of a field error. */
function isRefusalCode(node: ts.StringLiteralLike): boolean {
  let value: ts.Node = node;
  while (ts.isConditionalExpression(value.parent) && value.parent.condition !== value) value = value.parent;
  const { parent } = value;
  if (ts.isCallExpression(parent)) return parent.arguments[0] === value && calledName(parent) === 'refuse';
  return ts.isPropertyAssignment(parent) && parent.name.getText() === 'code' && hasProperty(parent.parent, 'detail');
}

const calledName = (call: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : call.expression.getText();

const hasProperty = (object: ts.ObjectLiteralExpression, name: string): boolean =>
  object.properties.some((property) => property.name?.getText() === name);

/** Facts are named in the past tense, so a literal such as OrderCaptured is one wherever it stands. */
function isEventType(node: ts.StringLiteralLike): boolean {
  if (!/^(?:[A-Z][a-z]+){2,}$/.test(node.text)) return false;
  return node.text.endsWith('ed') || propertyName(node) === 'type';
}

const propertyName = (node: ts.Node): string | undefined =>
  ts.isPropertyAssignment(node.parent) && node.parent.initializer === node ? node.parent.name.getText() : undefined;

/** Any ORDO_ name in the text, comments and documentation included, is a setting that exists. */
export function checkSettingNames(file: SourceFile, settings: ReadonlySet<string>): Finding[] {
  return [...file.text.matchAll(/\bORDO_[A-Z0-9_]*[A-Z0-9]\b/g)].filter(([name]) => !settings.has(name))
    .map((match) => ({ file: file.path, line: lineAt(file.text, match.index), message: `setting ${match[0]} is not in SETTINGS` }));
}
