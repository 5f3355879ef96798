export type Json = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectAt = (value: unknown, key: string): Json => (isObject(value) && isObject(value[key]) ? value[key] : {});
export const listAt = (value: unknown, key: string): readonly unknown[] => (isObject(value) && Array.isArray(value[key]) ? value[key] : []);
export const textAt = (value: unknown, key: string): string => (isObject(value) && typeof value[key] === 'string' ? value[key] : '');

export interface Parameter {
  readonly name: string;
  readonly place: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: Json;
}

export interface Content {
  readonly type: string;
  readonly schema: Json;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly body: Content | null;
  readonly answers: readonly { readonly status: string; readonly description: string; readonly content: Content | null }[];
  /** False for what needs no key. */
  readonly keyed: boolean;
}

export interface Group {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** What the page shows of an OpenAPI document: its operations by their first tag, and its named schemas. */
export interface ApiDocument {
  readonly description: string;
  readonly groups: readonly Group[];
  readonly schemas: readonly (readonly [name: string, schema: Json])[];
}

/** Orders first, because that is what people come for; what watches the program last. */
const FIRST = ['orders', 'shipments', 'catalogue', 'stock', 'availability', 'claims', 'exceptions', 'events', 'webhooks'];
const rank = (name: string): number => (name === 'system' ? FIRST.length + 1 : FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

export function readDocument(document: Json): ApiDocument {
  const groups = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(objectAt(document, 'paths'))) {
    for (const [method, operation] of Object.entries(isObject(methods) ? methods : {})) {
      if (!isObject(operation)) continue;
      const [tag] = listAt(operation, 'tags');
      const name = typeof tag === 'string' ? tag : 'other';
      groups.set(name, [...(groups.get(name) ?? []), readOperation(path, method, operation)]);
    }
  }
  const sorted = [...groups].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  const schemas = Object.entries(objectAt(document['components'], 'schemas')).flatMap(([name, schema]) => (isObject(schema) ? [[name, schema] as const] : []));
  return { description: textAt(document['info'], 'description'), groups: sorted.map(([name, operations]) => ({ name, operations })), schemas };
}

function readOperation(path: string, method: string, operation: Json): Operation {
  return {
    path, method: method.toUpperCase(), id: textAt(operation, 'operationId'), summary: textAt(operation, 'summary'), description: textAt(operation, 'description'),
    parameters: listAt(operation, 'parameters').map((parameter) => ({
      name: textAt(parameter, 'name'), place: textAt(parameter, 'in'), required: isObject(parameter) && parameter['required'] === true, description: textAt(parameter, 'description'), schema: objectAt(parameter, 'schema'),
    })),
    body: contentOf(objectAt(operation, 'requestBody')),
    answers: Object.entries(objectAt(operation, 'responses')).map(([status, answer]) => ({ status, description: textAt(answer, 'description'), content: contentOf(answer) })),
    keyed: listAt(operation, 'security').length > 0,
  };
}

function contentOf(holder: unknown): Content | null {
  const [first] = Object.entries(objectAt(holder, 'content'));
  return first === undefined ? null : { type: first[0], schema: objectAt(first[1], 'schema') };
}
