import { isObject, type Json, listAt, objectAt, type Operation, textAt } from './document.ts';

/** Values that say more than "text" does, by the name of their field. */
const VALUES: Readonly<Record<string, unknown>> = {
  channel: 'web', node: 'north', sku: 'SKU-1', external_id: 'A-1', currency: 'EUR', quantity: 1, counted: 1, unit_price: '9.90', name: 'Ada', city: 'Berlin', postcode: '10117', country: 'DE',
  email: 'ada@shop.example', url: 'https://shop.example/ordo', time_zone: 'Europe/Berlin', carrier: 'DHL', tracking_numbers: ['JD014600006281'], reason: 'asked by the customer', reference: 'PO-1', code: 'north',
};

/** The least that a body may be: what is required, with values that could be real. */
export function exampleOf(schema: Json, schemas: ReadonlyMap<string, Json>, name = ''): unknown {
  const ref = /^#\/components\/schemas\/(.+)$/.exec(textAt(schema, '$ref'))?.[1];
  if (ref !== undefined) return exampleOf(schemas.get(ref) ?? {}, schemas, name);
  const [choice] = listAt(schema, 'enum');
  if (choice !== undefined) return choice;
  if ('const' in schema) return schema['const'];
  if (Object.hasOwn(VALUES, name)) return VALUES[name];
  const [first] = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')].filter(isObject);
  if (first !== undefined) return exampleOf(first, schemas, name);
  return plainExample(schema, schemas);
}

function plainExample(schema: Json, schemas: ReadonlyMap<string, Json>): unknown {
  switch (schema['type']) {
    case 'object': {
      const properties = objectAt(schema, 'properties');
      const required = listAt(schema, 'required').filter((one): one is string => typeof one === 'string');
      return Object.fromEntries(required.map((one) => [one, exampleOf(objectAt(properties, one), schemas, one)]));
    }
    case 'array': return [exampleOf(objectAt(schema, 'items'), schemas)];
    case 'integer': case 'number': return Math.max(1, typeof schema['minimum'] === 'number' ? schema['minimum'] : 1);
    case 'boolean': return true;
    case 'string': return schema['format'] === 'date-time' ? '2026-05-04T10:00:00Z' : 'text';
    default: return null;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The operation as a command that can be pasted; names in capitals stand for what only the caller knows. */
export function curlOf({ method, path, parameters, body, answers, keyed }: Operation, schemas: ReadonlyMap<string, Json>): string {
  const query = parameters.filter(({ place, required }) => place === 'query' && required).map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, schemas, name)))}`);
  const address = `"$ORDO_URL${path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => name.toUpperCase())}${query.length > 0 ? `?${query.join('&')}` : ''}"`;
  const stream = answers.some(({ content }) => content?.type === 'text/event-stream') ? '-N ' : '';
  const parts = [`curl ${stream}${method === 'GET' ? '' : `-X ${method} `}${address}`];
  if (keyed) parts.push('-H "Authorization: Bearer $ORDO_API_KEY"');
  if (parameters.some(({ name }) => name === 'Idempotency-Key')) parts.push(`-H 'Idempotency-Key: KEY'`);
  if (body !== null) {
    parts.push(`-H 'Content-Type: ${body.type}'`);
    parts.push(body.type === 'application/json' ? `-d ${quoted(JSON.stringify(exampleOf(body.schema, schemas)))}` : '--data-binary @FILE');
  }
  return parts.join(' \\\n  ');
}
