import { z } from 'zod';

/** What is read of Shopify's answers; fields not asked for do not come. */

const cost = z.object({ requestedQueryCost: z.number(), throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number() }) });
const graphqlError = z.object({ message: z.string(), extensions: z.object({ code: z.string().nullish() }).nullish() });
const userError = z.object({ code: z.string().nullish(), message: z.string() });
const userErrors = z.array(userError);
/** The field is a path: ["input", "quantities", "0", …]. */
const quantityError = userError.extend({ field: z.array(z.string()).nullish() });

export const envelope = z.object({
  // Before GraphQL is reached, `errors` can be one sentence.
  errors: z.union([z.array(graphqlError), z.string().transform((message): z.infer<typeof graphqlError>[] => [{ message }])]).nullish(),
  data: z.unknown().optional(),
  extensions: z.object({ cost: cost.nullish() }).nullish(),
});

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
const connection = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node), pageInfo });

const fulfilment = z.object({ id: z.string(), status: z.string(), trackingInfo: z.array(z.object({ number: z.string().nullish() })) });
export const toldFulfilments = z.object({
  order: z.object({ fulfillments: z.array(fulfilment), metafield: z.object({ value: z.string() }).nullish() }).nullable(),
});
export const fulfilmentLines = z.object({
  fulfillment: z.object({ fulfillmentLineItems: connection(z.object({ quantity: z.number().nullish(), lineItem: z.object({ id: z.string() }) })) }).nullable(),
});

const fulfilmentOrderLine = z.object({ id: z.string(), remainingQuantity: z.number(), lineItem: z.object({ id: z.string() }) });
const fulfilmentOrder = z.object({
  id: z.string(), status: z.string(), updatedAt: z.string(), fulfillmentHolds: z.array(z.object({ reason: z.string() })), supportedActions: z.array(z.object({ action: z.string() })),
  assignedLocation: z.object({ location: z.object({ id: z.string() }).nullish() }).nullish(), lineItems: connection(fulfilmentOrderLine),
});
export const fulfilmentOrders = z.object({ order: z.object({ fulfillmentOrders: connection(fulfilmentOrder) }).nullable() });
export const orderOf = z.object({ fulfillmentOrder: z.object({ order: z.object({ id: z.string() }) }).nullable() });
export const moreLines = z.object({ fulfillmentOrder: z.object({ lineItems: connection(fulfilmentOrderLine) }).nullable() });

export const remembered = z.object({ metafieldsSet: z.object({ userErrors }) });
export const created = z.object({ fulfillmentCreate: z.object({ fulfillment: z.object({ id: z.string() }).nullish(), userErrors }) });

export const cancellation = z.object({ order: z.object({ cancelledAt: z.string().nullish() }).nullable() });
export const cancelled = z.object({ orderCancel: z.object({ orderCancelUserErrors: userErrors }) });

export const tagged = z.object({ tagsAdd: z.object({ userErrors }) });

/** An id that is unknown, or of another kind, comes as null or without the fields that were asked for. */
const nodes = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(z.union([node, z.strictObject({}).transform(() => null), z.null()])) });
export const variants = nodes(z.object({ id: z.string(), inventoryItem: z.object({ id: z.string() }) }));
export const levels = nodes(z.object({ id: z.string(), inventoryLevel: z.object({ quantities: z.array(z.object({ quantity: z.number() })) }).nullable() }));
export const stockSet = z.object({ inventorySetQuantities: z.object({ userErrors: z.array(quantityError) }) });

export type Cost = z.infer<typeof cost>;
export type GraphqlError = z.infer<typeof graphqlError>;
export type UserError = z.infer<typeof userError>;
export type QuantityError = z.infer<typeof quantityError>;
export type Fulfilment = z.infer<typeof fulfilment>;
export type FulfilmentOrder = z.infer<typeof fulfilmentOrder>;
export type FulfilmentOrderLine = z.infer<typeof fulfilmentOrderLine>;
export type PageInfo = z.infer<typeof pageInfo>;
