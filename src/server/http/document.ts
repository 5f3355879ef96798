type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

const IDEMPOTENCY_KEY = {
  in: "header", name: "Idempotency-Key", required: false, schema: { type: "string", minLength: 1, maxLength: 255 },
  description: "The same key with the same body has its effect once; with another body it is refused.",
} as const;
const CHANGES: ReadonlySet<string> = new Set(["post", "put"]);
/** Parts whose changes go through flows, which remember answers. Everything else is harmless to repeat, or shows a secret once. */
const REMEMBERED: ReadonlySet<unknown> = new Set(["orders", "shipments", "catalogue", "stock", "claims", "bad day"]);

/** The document of an app whose routes are all registered. Deterministic: paths and schemas in alphabetical order, nothing unused. */
export function documentOf(app: { swagger(): unknown }): Json {
  const document: unknown = structuredClone(app.swagger());
  if (!isObject(document)) throw new Error("the OpenAPI document is not an object");
  for (const path of Object.values(isObject(document["paths"]) ? document["paths"] : {})) {
    for (const [method, operation] of Object.entries(isObject(path) ? path : {})) {
      if (!isObject(operation)) continue;
      tidyBody(operation);
      const lines = JSON.stringify(operation["requestBody"] ?? {}).includes("application/x-ndjson");
      if (!CHANGES.has(method) || lines || !REMEMBERED.has([operation["tags"]].flat()[0])) continue;
      const parameters: unknown = operation["parameters"];
      operation["parameters"] = [...(Array.isArray(parameters) ? parameters : []), IDEMPOTENCY_KEY];
    }
  }
  document["paths"] = sorted(document["paths"]);
  // The format says what an instant looks like; the pattern behind it fills a screen each time.
  return withoutUnused(JSON.parse(JSON.stringify(document, (_key, value: unknown) => (isObject(value) && value["format"] === "date-time" ? { ...value, pattern: undefined } : value))));
}

/** A body in which every field may be left out may be left out itself. */
function tidyBody(operation: Json): void {
  const body = operation["requestBody"];
  const content = isObject(body) && isObject(body["content"]) ? body["content"]["application/json"] : undefined;
  const schema = isObject(content) ? content["schema"] : undefined;
  if (isObject(body) && isObject(schema) && schema["type"] === "object" && schema["required"] === undefined) body["required"] = false;
  for (const [status, response] of Object.entries(isObject(operation["responses"]) ? operation["responses"] : {})) {
    if (isObject(response) && response["description"] === "Default Response") response["description"] = status === "201" ? "Created" : "Done";
  }
}

const sorted = (value: unknown): Json => Object.fromEntries(Object.entries(isObject(value) ? value : {}).sort(([a], [b]) => (a < b ? -1 : 1)));

function withoutUnused(document: Json): Json {
  const components = isObject(document["components"]) ? document["components"] : {};
  const schemas = sorted(components["schemas"]);
  for (;;) {
    const text = JSON.stringify({ paths: document["paths"], schemas });
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return { ...document, components: { ...components, schemas } };
    for (const name of unused) delete schemas[name];
  }
}
