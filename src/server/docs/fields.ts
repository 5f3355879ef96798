import { html, type Html } from './html.ts';
import { isObject, type Json, listAt, objectAt, textAt } from './document.ts';

export interface Field {
  /** Where it stands: lines[].sku. */
  readonly path: string;
  readonly required: boolean;
  readonly schema: Json;
}

const refOf = (schema: Json): string | null => /^#\/components\/schemas\/(.+)$/.exec(textAt(schema, '$ref'))?.[1] ?? null;
const alternatives = (schema: Json): readonly Json[] => [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf'), ...listAt(schema, 'allOf')].filter(isObject);

/** Every field of a schema, the inner ones after the one that holds them. A schema with a name is told where it is defined. */
export function fieldsOf(schema: Json, path = ''): Field[] {
  if (refOf(schema) !== null) return [];
  const required = listAt(schema, 'required');
  const own = Object.entries(objectAt(schema, 'properties')).flatMap(([name, inner]): Field[] => {
    if (!isObject(inner)) return [];
    const place = path === '' ? name : `${path}.${name}`;
    return [{ path: place, required: required.includes(name), schema: inner }, ...fieldsOf(inner, place)];
  });
  const items = objectAt(schema, 'items');
  return [...own, ...fieldsOfItems(items, path), ...alternatives(schema).flatMap((one) => fieldsOf(one, path))];
}

const fieldsOfItems = (items: Json, path: string): Field[] => (Object.keys(items).length === 0 ? [] : fieldsOf(items, `${path}[]`));

/** What a value must be, in words: "text, 1 to 100 characters". */
export function kindOf(schema: Json): Html {
  const name = refOf(schema);
  if (name !== null) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = listAt(schema, 'enum');
  if (choices.length > 0) return oneOf(choices);
  if ('const' in schema) return html`<code>${JSON.stringify(schema['const'])}</code>`;
  const several = alternatives(schema);
  if (several.length > 0) return html`${several.map((one, index) => [index > 0 ? ' or ' : null, kindOf(one)])}`;
  const { type } = schema;
  if (type === 'array') return html`list of ${objectAt(schema, 'items')['type'] === 'object' ? 'objects' : kindOf(objectAt(schema, 'items'))}${limits(schema, 'minItems', 'maxItems', '')}`;
  if (type === 'string') return html`${schema['format'] === 'date-time' ? 'instant (RFC 3339)' : textAt(schema, 'format') || 'text'}${schema['format'] === 'date-time' ? null : limits(schema, 'minLength', 'maxLength', ' characters')}${pattern(schema)}`;
  if (type === 'integer' || type === 'number') return html`${type === 'integer' ? 'whole number' : 'number'}${limits(schema, 'minimum', 'maximum', '')}`;
  return html`${typeof type === 'string' ? WORDS[type] ?? type : 'anything'}`;
}

const WORDS: Readonly<Record<string, string>> = { boolean: 'true or false', object: 'object', null: 'null' };
const MANY = 16;

function oneOf(choices: readonly unknown[]): Html {
  const all = html`${choices.map((choice, index) => [index > 0 ? ', ' : null, html`<code>${String(choice)}</code>`])}`;
  return choices.length <= MANY ? html`one of ${all}` : html`<details><summary>one of ${choices.length} values</summary>${all}</details>`;
}

const pattern = (schema: Json): Html | null => (textAt(schema, 'pattern') === '' ? null : html`, like <code>${textAt(schema, 'pattern')}</code>`);

/** The greatest whole number that every program can hold says nothing. */
const isTold = (limit: unknown): limit is number => typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER;

function limits(schema: Json, least: string, most: string, unit: string): string {
  const [from, to] = [schema[least], schema[most]];
  if (isTold(from) && isTold(to)) return `, ${from} to ${to}${unit}`;
  if (isTold(to)) return `, at most ${to}${unit}`;
  return isTold(from) && from !== 0 ? `, at least ${from}${unit}` : '';
}
