import type { Queries } from "../../flows/queries.ts";
import type { Invoices } from "../../flows/invoices.ts";
import type { SandboxQueries } from "../../flows/sandbox.ts";
import type { Strategies } from "../../flows/strategies.ts";
import { auditQueries } from "./audit.ts";
import { availabilityFacts } from "./availability.ts";
import { capacityTaken } from "./capacity.ts";
import { findClaim } from "./claims.ts";
import { customerQueries } from "./customers.ts";
import { lastPosition, listEvents, routingDecisions, timeline } from "./events.ts";
import { deadlineQueries } from "./deadlines.ts";
import { orderDeskQueries } from "./order-desk.ts";
import { deskQueries } from "./desk.ts";
import { listExceptions } from "./exceptions.ts";
import { listChannels, listItems, listNodes } from "./facts.ts";
import { invoiceQueries } from "./invoices.ts";
import { findOrder, findOrders } from "./order-detail.ts";
import { countOrders, isAtPlaces, listOrderIds, listOrders, ordersAtPlaces, ordersThatLeft } from "./order-list.ts";
import { countSearched, searchOrderIds, searchOrders, searchProgress } from "./order-search.ts";
import { findPricesBy } from "../prices.ts";
import { morningQueries } from "./morning.ts";
import { listPriceLists, listPrices } from "./prices.ts";
import { Reader } from "./reader.ts";
import { reportQueries } from "./reports.ts";
import { sandboxQueries } from "./sandbox.ts";
import { listShippingFacts } from "./shipping-facts.ts";
import { findShipment, listShipments } from "./shipments.ts";
import { listStock, listStockMovements } from "./stock.ts";
import { strategyQueries } from "./strategies.ts";
import { supplyQueries } from "./supplies.ts";

export { postgresExceptions } from "./exceptions.ts";

/** Everything that can be read, on connections of its own (as the runtime role). */
export function openQueries(options: { readonly url: string; readonly connections: number }): { readonly queries: Queries & SandboxQueries; readonly invoices: Invoices; readonly strategies: Strategies; close(): Promise<void> } {
  const reader = new Reader(options);
  return {
    queries: {
      ...morningQueries(reader),
      ...deadlineQueries(reader),
      ...orderDeskQueries(reader),
      ...customerQueries(reader),
      listOrders: (tenantId, filter) => (filter.search === null ? listOrders(reader, tenantId, filter) : searchOrders(reader, tenantId, filter, filter.search)),
      listOrderIds: (tenantId, filter) => (filter.search === null ? listOrderIds(reader, tenantId, filter) : searchOrderIds(reader, tenantId, filter, filter.search)),
      countOrders: (tenantId, filter) => (filter.search === null ? countOrders(reader, tenantId, filter) : countSearched(reader, tenantId, filter, filter.search)),
      ...deskQueries(reader),
      ...auditQueries(reader),
      ...reportQueries(reader),
      ...supplyQueries(reader),
      ...sandboxQueries(reader),
      isAtPlaces: (tenantId, orderId, places) => isAtPlaces(reader, tenantId, orderId, places),
      ordersAtPlaces: (tenantId, orders, places) => ordersAtPlaces(reader, tenantId, orders, places),
      ordersThatLeft: (tenantId, events, places) => ordersThatLeft(reader, tenantId, events, places),
      searchProgress: (tenantId) => searchProgress(reader, tenantId),
      findOrder: (tenantId, orderId, personal) => findOrder(reader, tenantId, orderId, personal),
      findOrders: (tenantId, orderIds, personal) => findOrders(reader, tenantId, orderIds, personal),
      timeline: (tenantId, orderId, after, limit) => timeline(reader, tenantId, orderId, after, limit),
      routingDecisions: (tenantId, orderId) => routingDecisions(reader, tenantId, orderId),
      findShipment: (tenantId, orderId, shipmentNo) => findShipment(reader, tenantId, orderId, shipmentNo),
      listShipments: (tenantId, filter) => listShipments(reader, tenantId, filter),
      listItems: (tenantId, filter, now) => listItems(reader, tenantId, filter, now),
      listNodes: (tenantId, filter, now) => listNodes(reader, tenantId, filter, now),
      capacityTaken: (tenantId, node, from, to) => capacityTaken(reader, tenantId, node, from, to),
      listChannels: (tenantId, filter, now) => listChannels(reader, tenantId, filter, now),
      listPriceLists: (tenantId, filter) => listPriceLists(reader, tenantId, filter),
      listPrices: (tenantId, priceList, filter) => listPrices(reader, tenantId, priceList, filter),
      findPrices: async (tenantId, lookup) => (await findPricesBy((what, values) => reader.rows(tenantId, what, values), [lookup]))[0] ?? [],
      listShippingFacts: (tenantId, kind, filter, now) => listShippingFacts(reader, tenantId, kind, filter, now),
      listStock: (tenantId, filter) => listStock(reader, tenantId, filter),
      listStockMovements: (tenantId, filter) => listStockMovements(reader, tenantId, filter),
      findClaim: (tenantId, claimId) => findClaim(reader, tenantId, claimId),
      availabilityFacts: (tenantId, request) => availabilityFacts(reader, tenantId, request),
      listExceptions: (tenantId, filter) => listExceptions(reader, tenantId, filter),
      listEvents: (tenantId, after, limit) => listEvents(reader, tenantId, after, limit),
      lastPosition: (tenantId) => lastPosition(reader, tenantId),
    },
    invoices: invoiceQueries(reader),
    strategies: strategyQueries(reader),
    close: () => reader.close(),
  };
}
