import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

const DESCRIPTION = `The order management API of Ordo.

Amounts of money are integers of the currency's minor unit. Quantities that are sent for catalogued goods may be decimals, as text or number, in a unit of
the item; quantities that are answered, and those of existing order lines, are integers of counted units (10^-quantity_scale of the base unit).
Instants are RFC 3339. Every change may carry an Idempotency-Key: the same key with the same body has its effect once, for 30 days.
Lists are read page by page with the cursor of the answer before. Errors are application/problem+json with a stable code.`;

/** Collects the OpenAPI document from the routes themselves while they are registered; it costs requests nothing. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Ordo", version: "1", description: DESCRIPTION, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
      servers: [{ url: "/" }],
      components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "An API key: ordo_live_…" }, session: { type: "apiKey", in: "cookie", name: "ordo_session", description: "The session of a person in a browser." } } },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}
