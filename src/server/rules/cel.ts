import { type ASTNode, Environment, EvaluationError, ParseError, type ParseResult, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { RULE_FIELDS, type RuleAnswer, type RuleCheck, type RuleFieldType, type RuleKind, type RuleType, type Rules } from '../../domain/routing/index.ts';

/** Characters of an expression, and parts (values, names, operators) in it. */
export const EXPRESSION_MAX = 2_000;
const PARTS_MAX = 300;
/** Expressions that are kept compiled: a tenant's strategies have some dozens. */
const KEPT_MAX = 2_000;

const TYPES: Readonly<Record<RuleType, string>> = {
  text: 'string', integer: 'int', number: 'double', time: 'google.protobuf.Timestamp', texts: 'list<string>', attributes: 'map<string, string>',
};
const typeOf = (type: RuleFieldType): string => TYPES[type.replace('?', '') as RuleType];

const ROOTS: Readonly<Record<RuleKind, readonly (keyof typeof RULE_FIELDS)[]>> = { order: ['order', 'customer', 'channel'], node: ['node', 'order', 'customer', 'channel'] };

function environmentOf(kind: RuleKind): Environment {
  const environment = new Environment({ limits: { maxAstNodes: PARTS_MAX, maxDepth: 50, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 } });
  for (const name of ROOTS[kind]) {
    environment.registerVariable({ name, schema: Object.fromEntries(Object.entries(RULE_FIELDS[name]).map(([field, type]) => [field, typeOf(type)])) });
  }
  return environment;
}

interface Read {
  readonly check: RuleCheck;
  readonly run: ParseResult | null;
}

/**
 * Conditions in the Common Expression Language, compiled once. What could take long is refused when it is read: regular
 * expressions of users, which may backtrack for ever, comprehensions in comprehensions, names bound to growing values, and
 * values whose type nobody knows.
 */
export function createRules(): Rules {
  const environments: Readonly<Record<RuleKind, Environment>> = { order: environmentOf('order'), node: environmentOf('node') };
  const kept = new Map<string, Read>();
  const read = (expression: string, kind: RuleKind): Read => {
    const key = `${kind} ${expression}`;
    const known = kept.get(key);
    if (known) return known;
    if (kept.size >= KEPT_MAX) for (const oldest of kept.keys()) { kept.delete(oldest); break; }
    const fresh = readExpression(environments[kind], expression, kind);
    kept.set(key, fresh);
    return fresh;
  };
  return {
    check: (expression, kind) => read(expression, kind).check,
    compile(expression, kind) {
      const { check, run } = read(expression, kind);
      return check.ok && run !== null ? (variables) => evaluate(run, variables) : () => (check.ok ? { ok: false, error: 'It cannot be evaluated.' } : check);
    },
  };
}

const wrong = (error: string): Read => ({ check: { ok: false, error }, run: null });

function readExpression(environment: Environment, expression: string, kind: RuleKind): Read {
  if (expression.length > EXPRESSION_MAX) return wrong(`The expression has ${expression.length} characters; at most ${EXPRESSION_MAX} are possible.`);
  if (expression.trim() === '') return wrong('The expression is empty; leave it out where it should hold for everything.');
  try {
    const run = environment.parse(expression);
    const checked = run.check();
    if (!checked.valid) return wrong(sentenceOf(checked.error, expression, kind));
    if (checked.type !== 'bool') return wrong(`The expression gives a value of type ${checked.type}; it has to be true or false.`);
    const { problem, names } = inspect(run.ast);
    if (problem !== null) return wrong(`${problem.text} (character ${problem.at + 1}).`);
    return { check: { ok: true, constant: names ? null : constantOf(run) }, run };
  } catch (error) {
    return wrong(sentenceOf(error, expression, kind));
  }
}

/** The value of an expression without variables; null where it has none. */
function constantOf(run: ParseResult): boolean | null {
  const answer = evaluate(run, {});
  return answer.ok ? answer.holds : null;
}

function evaluate(run: ParseResult, variables: object): RuleAnswer {
  try {
    const value: unknown = run(variables);
    return typeof value === 'boolean' ? { ok: true, holds: value } : { ok: false, error: 'It gives neither true nor false.' };
  } catch (error) {
    return { ok: false, error: error instanceof EvaluationError ? `${error.summary}${positionOf(error)}.` : error instanceof Error ? `${error.message}.` : 'It cannot be evaluated.' };
  }
}

const positionOf = ({ range }: { readonly range?: { readonly start: number } }): string => (range === undefined ? '' : ` (character ${range.start + 1})`);

function sentenceOf(error: unknown, expression: string, kind: RuleKind): string {
  if (!(error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)) return 'The expression cannot be read.';
  const root = ROOTS[kind].find((name) => new RegExp(`\\b${name}\\s*\\.\\s*$`).test(expression.slice(0, error.range?.start ?? 0)));
  if (error.code === 'no_such_key' && root !== undefined) {
    return `${root} has no field ${error.summary.replace('No such key: ', '')}${positionOf(error)}; it has ${Object.keys(RULE_FIELDS[root]).join(', ')}.`;
  }
  if (error.code === 'unknown_variable') return `${error.summary}${positionOf(error)}; there are ${ROOTS[kind].join(', ')}.`;
  return `${error.summary}${positionOf(error)}.`;
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter']);
const REFUSED: Readonly<Record<string, string>> = {
  matches: 'matches() is not possible, because a pattern may take for ever; use startsWith(), endsWith(), contains() or ==',
  map: 'map() is not possible; use exists(), all() or filter()',
  bind: 'cel.bind() is not possible; write the value where it is used',
  dyn: 'dyn() is not possible, because nobody could check the fields of its value',
};
const LISTS: ReadonlySet<string> = new Set(Object.values(RULE_FIELDS).flatMap((fields) => Object.entries(fields).flatMap(([name, type]) => (type === 'texts' || type === 'attributes' ? [name] : []))));

interface Inspection {
  readonly problem: { readonly text: string; readonly at: number } | null;
  /** Whether it names anything of an order or node. */
  readonly names: boolean;
}

/** What in a well-typed expression could take long: in a loop neither another loop nor a list of the order may stand. */
function inspect(ast: ASTNode): Inspection {
  let problem: Inspection['problem'] = null;
  let names = false;
  const forbid = (text: string, at: number): void => void (problem ??= { text, at });
  const visit = (node: ASTNode, looped: boolean): void => {
    if (node.op === 'id' && Object.hasOwn(RULE_FIELDS, node.args)) {
      names = true;
    } else if (node.op === 'call' || node.op === 'rcall') {
      const refused = Object.hasOwn(REFUSED, node.args[0]) ? REFUSED[node.args[0]] : undefined;
      if (refused !== undefined) forbid(refused, node.start);
      const isLoop = node.op === 'rcall' && LOOPS.has(node.args[0]);
      if (isLoop && looped) forbid(`${node.args[0]}() inside another loop is not possible`, node.start);
      if (node.op === 'rcall') visit(node.args[1], looped);
      for (const argument of node.args[node.args.length - 1] as readonly ASTNode[]) visit(argument, looped || isLoop);
      return;
    } else if (node.op === '.' && LISTS.has(node.args[1]) && looped) {
      forbid(`${node.args[1]} inside a loop is not possible`, node.start);
    } else if (node.op === '[]' && looped) {
      forbid('[ ] inside a loop is not possible', node.start);
    }
    for (const part of partsOf(node.args)) visit(part, looped);
  };
  visit(ast, false);
  return { problem, names };
}

/** The nodes among what a node is made of: itself, a list of them, or pairs of them. */
function partsOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap((one: unknown) => partsOf(one));
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
