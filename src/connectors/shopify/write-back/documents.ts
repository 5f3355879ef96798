/**
 * Whole GraphQL documents of version 2026-07; what varies is a variable. Page sizes keep each under the 1,000 points one query may cost,
 * which counts every object that could be in the answer.
 */

/** Fulfilments cannot be paged, hence the one limit. */
export const FULFILMENTS_MAX = 50;
export const TRACKING_NUMBERS_MAX = 15;

export const TOLD_FULFILMENTS = `query ToldFulfilments($order: ID!, $shipment: String!) {
  order(id: $order) {
    fulfillments(first: 50) { id status trackingInfo(first: 15) { number } }
    metafield(namespace: "ordo", key: $shipment) { value }
  }
}`;

export const FULFILMENT_LINES = `query FulfilmentLines($fulfilment: ID!, $after: String) {
  fulfillment(id: $fulfilment) {
    fulfillmentLineItems(first: 200, after: $after) { nodes { quantity lineItem { id } } pageInfo { hasNextPage endCursor } }
  }
}`;

export const FULFILMENT_ORDERS = `query FulfilmentOrders($order: ID!, $after: String) {
  order(id: $order) {
    fulfillmentOrders(first: 8, after: $after) {
      nodes {
        id status updatedAt fulfillmentHolds { reason } supportedActions { action } assignedLocation { location { id } }
        lineItems(first: 40) { nodes { id remainingQuantity lineItem { id } } pageInfo { hasNextPage endCursor } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export const ORDER_OF = `query OrderOf($fulfilmentOrder: ID!) {
  fulfillmentOrder(id: $fulfilmentOrder) { order { id } }
}`;

export const MORE_LINES = `query MoreLines($fulfilmentOrder: ID!, $after: String) {
  fulfillmentOrder(id: $fulfilmentOrder) {
    lineItems(first: 200, after: $after) { nodes { id remainingQuantity lineItem { id } } pageInfo { hasNextPage endCursor } }
  }
}`;

export const REMEMBER = `mutation Remember($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { code message } }
}`;

export const CREATE_FULFILMENT = `mutation CreateFulfilment($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { message } }
}`;

export const CANCELLATION = `query Cancellation($order: ID!) {
  order(id: $order) { cancelledAt }
}`;

export const CANCEL_ORDER = `mutation CancelOrder($order: ID!, $refundMethod: OrderCancelRefundMethodInput!, $staffNote: String) {
  orderCancel(orderId: $order, reason: OTHER, restock: false, refundMethod: $refundMethod, notifyCustomer: true, staffNote: $staffNote) {
    orderCancelUserErrors { code message }
  }
}`;

export const ADD_TAGS = `mutation AddTags($order: ID!, $tags: [String!]!) {
  tagsAdd(id: $order, tags: $tags) { userErrors { message } }
}`;

/** Ids in one list, and quantities in one mutation. */
export const QUANTITIES_MAX = 250;

export const VARIANTS = `query Variants($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id inventoryItem { id } } }
}`;

export const LEVELS_AT = `query LevelsAt($ids: [ID!]!, $place: ID!) {
  nodes(ids: $ids) { ... on InventoryItem { id inventoryLevel(locationId: $place) { quantities(names: ["available"]) { quantity } } } }
}`;

/** Since 2026-04 each quantity says what it changes from (null: whatever it is), and the key is compulsory. */
export const SET_STOCK = `mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code field message } }
}`;
