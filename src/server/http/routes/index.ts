import type { App, AppDeps } from "../app.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { availabilityRoutes } from "./availability.ts";
import { bulkRoutes } from "./bulk.ts";
import { catalogRoutes } from "./catalog.ts";
import { claimRoutes } from "./claims.ts";
import { deadlineRoutes } from "./deadlines.ts";
import { eventStreamRoutes } from "./event-stream.ts";
import { eventRoutes } from "./events.ts";
import { listingRoutes } from "./listings.ts";
import { nodeCapacityRoutes } from "./node-capacity.ts";
import { orderCommandRoutes } from "./order-commands.ts";
import { orderRoutes } from "./orders.ts";
import { priceRoutes } from "./prices.ts";
import { shipmentRoutes } from "./shipments.ts";
import { customsRoutes } from "./customs.ts";
import { shippingFactRoutes } from "./shipping-facts.ts";
import { signInRoutes } from "./sign-in.ts";
import { stockRoutes } from "./stock.ts";
import { supplyRoutes } from "./supplies.ts";
import { supplyOrderRoutes } from "./supply-orders.ts";
import { systemRoutes } from "./system.ts";

/** Every route of the interface: one file per part, each `(app, deps) => void`. */
export function registerRoutes(app: App, deps: AppDeps): void {
  for (const routes of [
    systemRoutes, orderRoutes, orderCommandRoutes, shipmentRoutes, catalogRoutes, nodeCapacityRoutes, stockRoutes, supplyRoutes, supplyOrderRoutes, claimRoutes, availabilityRoutes, eventRoutes, apiKeyRoutes,
    eventStreamRoutes, signInRoutes, listingRoutes, priceRoutes, shippingFactRoutes, customsRoutes, deadlineRoutes,
  ]) routes(app, deps);
  // Lines of JSON are another kind of body, so their routes live in a context that takes nothing else.
  app.register(async (child) => bulkRoutes(child, deps));
}
