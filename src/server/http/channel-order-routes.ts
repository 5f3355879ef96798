import { z } from "zod";
import type { Connections } from "../../flows/inbox.ts";
import { callerOf } from "./access.ts";
import type { App, AppDeps } from "./app.ts";
import type { ChannelOrders } from "./channel-orders.ts";
import { acceptNdjson, answerLines, NDJSON } from "./ndjson.ts";
import { found, idOf, operation, validateAddress } from "./route.ts";

export interface ChannelOrderRouteDeps extends Pick<AppDeps, "classifyError"> {
  readonly connections: Pick<Connections, "find">;
  readonly channelOrders: ChannelOrders;
}

const TAKING = `One order a line, as the API of the channel gives it. Each becomes a message of the connection, known again by its content, and is taken in like one that the channel sent; the
answer comes when it has been: {line, status, body} with outcome create, update or skip, or {line, status, problem} with a pointer to every bad field. dry_run: true translates and changes nothing.`;

/** Orders that a channel wrote and a file brings: for AppDeps.extraRoutes. */
export const channelOrderRoutes = ({ connections, channelOrders, classifyError }: ChannelOrderRouteDeps) => (app: App): void => {
  acceptNdjson(app);
  const { config, schema } = operation({ id: "takeChannelOrders", tag: "connections", scope: "channels:write", summary: "Take in orders as their channel wrote them", description: TAKING }, {
    params: z.object({ id: z.string() }), querystring: z.strictObject({ dry_run: z.enum(["true", "false"]).optional() }),
  });
  const lines = { description: "Lines of JSON", content: { [NDJSON]: { schema: z.string() } } };
  app.post("/v1/connections/:id/messages/bulk", {
    config, schema: { ...schema, consumes: [NDJSON], body: z.string(), response: { 200: lines, ...schema.response } },
    validatorCompiler: validateAddress(app),
  }, async (request, reply) => {
    const { tenantId } = callerOf(request);
    const connection = found(await connections.find(tenantId, idOf("connection", request.params.id)), "connection", request.params.id);
    return answerLines(request, reply, channelOrders(tenantId, connection, request.query.dry_run === "true"), { classifyError });
  });
};
