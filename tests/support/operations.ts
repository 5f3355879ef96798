import { openApiDocument } from "../../src/server/http/openapi.ts";

/** One operation of the OpenAPI document, as the tests that go through all of them need it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  /** Null where anybody may call it. */
  readonly scope: string | null;
  /** The content type of its body; null where it has none. */
  readonly takes: string | null;
}

interface Described {
  readonly operationId: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

/** Every documented operation. */
export async function allOperations(): Promise<Operation[]> {
  const { paths } = await openApiDocument() as { paths: Readonly<Record<string, Readonly<Record<string, Described>>>> };
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId, description, security, requestBody }]) => ({
    id: operationId, method: method.toUpperCase(), path, scope: security?.length === 0 ? null : /Needs the scope (\S+)\./.exec(description ?? "")?.[1] ?? (/For people who have signed in/.test(description ?? "") ? "person" : "unnamed"),
    takes: requestBody ? Object.keys(requestBody.content)[0] ?? null : null,
  })));
}

/** The path with each parameter replaced. */
export const addressOf = ({ path }: Operation, value: (parameter: string) => string): string => path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(value(parameter)));

/** A body each operation accepts as to its form, so that what is tested is never the form. */
export const BODIES: Readonly<Record<string, unknown>> = {
  placeTestOrder: {}, playScenario: { scenario: "peak" }, moveSandboxClock: { move: "+1h" }, wipeSandbox: { confirm: "wipe" },
  assignWorkQueueItem: {}, snoozeWorkQueueItem: { until: "2100-01-01T00:00:00Z" }, unsnoozeWorkQueueItem: {}, workOnQueue: { action: "assign" },
  pauseChannel: { reason: "storm" }, throttleChannel: { reason: "storm", orders: 5, per: "minute" }, resumeChannel: {},
  actOnOrders: { action: "tag", args: { tags: ["vip"] }, orders: { ids: ["ord_0192aaaabbbb7ccc8dddeeeeffff0000"] } }, cancelOrderAction: {}, undoOrderAction: {},
  previewAction: { action: "cancel" }, createView: { screen: "orders", name: "Mine", query: "?status=PROCESSING" }, changeView: { name: "Ours" }, setOrderTags: { tags: ["vip"] }, changeOrderTags: { add: ["vip"] }, assignOrder: { assignee: null }, writeNote: { text: "call" }, lookAtOrder: {}, readMentions: {},
  closeNodes: { nodes: ["berlin"], reason: "storm" }, applyNodeClosure: {}, openNodes: { nodes: ["berlin"], reason: "over" },
  writeCustomerNote: { text: "calls" }, recordConsent: { kind: "marketing_email", given: true, source: "call" }, mergeCustomer: { into: "cus_0192aaaabbbb7ccc8dddeeeeffff0001" }, eraseCustomer: { dry_run: true },
  createOrderDraft: { channel: "web" }, changeOrderDraft: { channel: "web", version: 1 }, keepDraftPromise: { option: "ship" }, placeOrderDraft: { version: 1 },
  captureOrder: { channel: "web", external_id: "E-1", currency: "EUR", lines: [{ sku: "A", quantity: 1, unit_price: "1.00" }] },
  placeHold: { kind: "MANUAL", reason: "look" }, releaseHold: {}, cancelOrder: { reason: "none" }, routeOrder: {}, overrideRouting: { node: "berlin", reason: "nearer" },
  releaseShipment: {}, acceptShipment: {}, rejectShipment: { reason: "CLOSED" }, pickShipment: {}, packShipment: {}, shipShipment: {}, handOverShipment: {}, deliverShipment: {},
  loseShipment: {}, returnShipmentToSender: {}, answerCancel: { accepted: true },
  putPriceList: { currency: "EUR" }, savePrice: { price_list: "list", sku: "A", unit_price: "1.00" },
  putItem: { name: "Item" }, putNode: { name: "Node" }, putChannel: { name: "Channel", currency: "EUR" },
  receiveStock: { sku: "A", node: "berlin", quantity: 1 }, adjustStock: { sku: "A", node: "berlin", quantity: 1, reason: "FOUND" }, countStock: { sku: "A", node: "berlin", quantity: 1 },
  announceSupply: { sku: "A", node: "berlin", reference: "PO", due_at: "2030-01-01T00:00:00Z", quantity: 1 },
  createPurchaseOrder: { reference: "PO-2", node: "berlin", due_at: "2030-01-01T00:00:00Z", lines: [{ sku: "A", quantity: 1 }] },
  createTransfer: { reference: "T-2", node: "berlin", from_node: "munich", due_at: "2030-01-01T00:00:00Z", lines: [{ sku: "A", quantity: 1 }] },
  shipTransfer: {}, receiveSupplyOrder: { lines: [{ sku: "A", quantity: 1 }] }, closeSupplyOrder: { reason: "none" }, changeSupply: { confidence: 50 },
  previewSupplyChange: { confidence: 50 }, previewCounts: { node: "berlin", lines: [{ sku: "A", quantity: 1 }] }, protectStock: { reason: "peak", items: [{ sku: "A", safety_stock: 1 }] },
  createClaim: { ttl_seconds: 60, lines: [{ sku: "A", quantity: 1 }] }, extendClaim: { ttl_seconds: 60 }, releaseClaim: {},
  queryAvailability: { pairs: [{ sku: "A" }] }, resolveException: { reason: "done" }, createApiKey: { name: "key", scopes: ["stock:read"] }, rotateApiKey: {}, createSignInLink: {}, addUser: { email: "new@example.com", name: "New", roles: ["viewer"] }, changeUser: { name: "New" }, changeMe: { language: "de" }, signInWithPassword: { email: "a@example.com", password: "x" }, signInWithCode: { ticket: "x", code: "123456" }, beginPasskeySignIn: {}, signInWithPasskey: { response: { id: "eA", rawId: "eA", type: "public-key", clientExtensionResults: {}, response: { clientDataJSON: "eA", authenticatorData: "eA", signature: "eA", userHandle: "eA" } } }, beginMyPasskey: {}, addMyPasskey: { name: "Key", response: { id: "eA", rawId: "eA", type: "public-key", clientExtensionResults: {}, response: { clientDataJSON: "eA", attestationObject: "eA" } } }, renameMyPasskey: { name: "Key" }, removeMyPasskey: {}, beginProviderSignIn: {}, confirmMyTotp: { code: "123456" }, removeMyTotp: {}, setMyPassword: { password: "correct horse battery" }, recoverPassword: { email: "a@example.com" }, resetPassword: { token: "x", password: "correct horse battery" },
  createWebhook: { url: "https://shop.example.com/hook" }, changeWebhook: { description: "ours" }, rotateWebhookSecret: {}, replayWebhook: { from_position: 0 }, testWebhook: {},
  redeliverWebhook: {}, redeliverFailed: { since: "2020-01-01T00:00:00Z" }, retryParkedWork: {}, verify: {},
  createConnection: { code: "shop", connector: "shopify", channel: "web" }, changeConnection: { status: "paused" }, rotateConnectionSecret: {}, replayMessage: {}, dropMessage: { reason: "none" }, workOnMessages: { action: "replay", filter: {} }, eraseMessage: {}, retryChannelCall: {}, sweepConnection: {}, cancelJob: {}, importFile: "sku\n",
  createReportSchedule: { report: "volume", name: "Volume", period: "yesterday", cadence: "daily", time: "07:00", zone: "UTC", to: ["a@example.com"] }, changeReportSchedule: { paused: true }, sendReportNow: {}, retryMail: {}, putChannelMail: { kinds: ["shipped"] }, putMailTemplate: { subject: "{{order.name}}", text: "Hello", html: "<p>Hello</p>" }, previewMail: { order: "ord_0192aaaabbbb7ccc8dddeeeeffff0001" }, mapVariant: { channel: "web", variant: "1", sku: "A" },
  putCalendar: { week: {} }, putCarrierService: { lanes: [] }, putRateCard: { carrier: "post", service: "parcel", currency: "EUR", zones: {} }, putPackageType: { inner_mm: [1, 1, 1] },
  putCustomsTerritory: { countries: ["DE"] }, putDutyRates: { currency: "EUR", rates: [{ percent: "1" }] }, putExportRestriction: { to_countries: ["KP"] },
  arriveAtStore: {}, putExchangeRates: { base: "EUR", rates: {} }, promise: { channel: "web", destination: { country: "DE" }, lines: [{ sku: "A", quantity: 1 }] }, claimPromise: { channel: "web", destination: { country: "DE" }, lines: [{ sku: "A", quantity: 1 }], option: "ship", ttl_seconds: 60 }, promiseItems: { channel: "web", destination: { country: "DE" }, items: [{ sku: "A", quantity: 1 }] },
  quoteShipping: { node: "berlin", destination: { country: "DE" }, goods: [{ sku: "A", quantity: 1 }] },
  whatIf: {}, reEvaluateOrders: { dry_run: true }, putInvoiceSeller: { name: "Seller" },
  putStrategyDraft: { groups: [{ name: "all", objective: { kind: "ranks", by: ["distance"] } }] }, checkStrategy: { groups: [{ name: "all", objective: { kind: "ranks", by: ["distance"] } }] }, publishStrategy: {}, putStrategyInShadow: {}, rollBackStrategy: { to_version: 1 }, withdrawStrategy: { version: 1, reason: "none" }, startSimulation: { from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" }, cancelSimulation: {},
};
