import { type Client, cancelOrder, getOrder, getOrderTimeline, type ListOrdersData, listOrders, type Order, type OrderUnits, overrideRouting, placeHold, type PlaceHoldData, releaseHold as releaseOne, routeOrder } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { instant, money, plain, quantity, stages } from '../format.ts';
import { tableOf } from '../output.ts';

export { explain } from './explain.ts';

type Query = NonNullable<ListOrdersData['query']>;

export async function list(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const given = (name: string): string | undefined => options.get(name);
  const query = {
    limit: integerOption(call, '--limit', 25, 1, 250),
    ...(given('--status') ? { status: given('--status')?.split(',') } : {}), ...(given('--hold') ? { hold: given('--hold') } : {}),
    ...(given('--channel') ? { channel: given('--channel') } : {}), ...(given('--node') ? { node: given('--node') } : {}), ...(given('--cursor') ? { cursor: given('--cursor') } : {}),
  } as Query;
  const page = await answer(listOrders({ client, query }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map((one) => [
    String(one.number), one.status, instant(one.placed_at), one.channel, plain(one.external_id), money(one.total_minor, one.currency),
    quantity(one.units.ordered, one.units.quantity_scale), shipped(one.units), one.nodes.join(' '), one.open_holds.join(' '), one.id,
  ]);
  for (const line of tableOf(['NUMBER', 'STATUS', 'PLACED', 'CHANNEL', 'EXTERNAL ID', 'TOTAL', 'UNITS', 'SHIPPED', 'NODES', 'HOLDS', 'ID'], rows)) output.line(line);
  if (page.data.length === 0) output.note('No order matches.');
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

/** Units that left, of those that are not cancelled. */
function shipped({ ordered, cancelled, shipped: left, quantity_scale: scale }: OrderUnits): string {
  return ordered === cancelled ? 'cancelled' : `${quantity(left, scale)} of ${quantity(ordered - cancelled, scale)}`;
}

/** The client, and the order that the first argument names. */
async function named(call: Call): Promise<{ client: Client; id: string }> {
  const client = await connect(call);
  return { client, id: await orderId(client, argument(call, 0)) };
}

export async function get(call: Call): Promise<ExitCode> {
  const { client, id } = await named(call);
  const order = await answer(getOrder({ client, path: { id } }));
  if (call.output.json) call.output.value(order);
  else show(order, call);
  return EXIT.ok;
}

function show(order: Order, { output }: Call): void {
  output.line(`${output.bold(`Order ${order.number}`)}  ${order.status}  ${money(order.total_minor, order.currency)}, payment ${order.payment_state}`);
  output.line(`${order.id}, ${order.channel} ${plain(order.external_id)}, placed ${instant(order.placed_at)}`);
  const asked = [order.service_level === null ? '' : plain(order.service_level), order.ship_by === null ? '' : `ship by ${instant(order.ship_by)}`, order.deliver_by === null ? '' : `deliver by ${instant(order.deliver_by)}`].filter(Boolean);
  if (asked.length > 0) output.line(`Asks for ${asked.join(', ')}`);
  const { promise } = order;
  const by = (at: string | null): string => (at === null ? 'at a time that nobody can say' : `by ${instant(at)}`);
  if (promise !== null) output.line(`Promised ${by(promise.arrives_at)} (${plain(promise.option)})${promise.expected_at === promise.arrives_at ? '' : `, expected ${by(promise.expected_at)}`}`);
  for (const hold of order.holds) output.line(`${hold.released_at === null ? output.red('Held') : 'Was held'}: ${hold.hold_no} ${hold.kind}, ${plain(hold.reason)}`);
  output.line();
  const lines = order.lines.map((line) => [String(line.line), line.sku, plain(line.name ?? ''), `${line.quantity} ${line.unit ?? ''}`.trim(), money(line.total_minor, order.currency), stages(line.buckets, line.quantity_scale)]);
  for (const line of tableOf(['LINE', 'SKU', 'NAME', 'QUANTITY', 'TOTAL', 'WHERE'], lines)) output.line(line);
  if (order.shipments.length > 0) output.line();
  const shipments = order.shipments.map((one) => [one.id, one.node ?? '', one.status, one.planned_ship_date ?? '', one.expected_arrival_date ?? '', [one.planned_carrier, one.planned_service].filter((part) => part !== null).map(plain).join(' '), one.packages.map((parcel) => plain(parcel.tracking_number ?? '')).join(' ')]);
  if (shipments.length > 0) for (const line of tableOf(['SHIPMENT', 'NODE', 'STATUS', 'LEAVES', 'ARRIVES', 'SERVICE', 'TRACKING'], shipments)) output.line(line);
}

export async function timeline(call: Call): Promise<ExitCode> {
  const { client, id } = await named(call);
  const all: Awaited<ReturnType<typeof page>>['data'] = [];
  const page = (cursor?: string) => answer(getOrderTimeline({ client, path: { id }, query: { limit: 250, ...(cursor === undefined ? {} : { cursor }) } }));
  for (let part = await page(); ; part = await page(part.next_cursor)) {
    all.push(...part.data);
    if (part.next_cursor === null) break;
  }
  if (call.output.json) call.output.value({ data: all });
  else for (const line of tableOf(['WHEN', 'WHAT', 'BY', 'WHY'], all.map((one) => [instant(one.occurred_at), one.type, plain(one.actor_name ?? one.actor), plain(one.reason ?? '')]))) call.output.line(line);
  return EXIT.ok;
}

function reasonOf(call: Call): string {
  const reason = call.options.get('--reason')?.trim();
  if (reason === undefined || reason === '') throw new UsageError(`"${call.command.name}" needs --reason TEXT.`);
  return reason;
}

/** Says where the order stands after a change. */
function changed({ output }: Call, done: string, result: { readonly order?: unknown } & Readonly<Record<string, unknown>>): ExitCode {
  const status = typeof result.order === 'object' && result.order !== null && 'status' in result.order ? String(result.order.status) : '';
  if (output.json) output.value(result);
  else output.line(status === '' ? done : `${done} The order is ${status}.`);
  return EXIT.ok;
}

export async function hold(call: Call): Promise<ExitCode> {
  const reason = reasonOf(call);
  const { client, id } = await named(call);
  const body = { kind: call.options.get('--kind') ?? 'MANUAL', reason } as PlaceHoldData['body'];
  return changed(call, 'The order is held.', await answer(placeHold({ client, path: { id }, body })));
}

export async function releaseHold(call: Call): Promise<ExitCode> {
  const reason = reasonOf(call);
  const { client, id } = await named(call);
  const given = call.arguments[1];
  const open = given === undefined ? (await answer(getOrder({ client, path: { id } }))).holds.filter((one) => one.released_at === null).map((one) => String(one.hold_no)) : [given];
  if (open.length === 0) {
    call.output.note('No hold of this order is open.');
    return EXIT.ok;
  }
  let last: Parameters<typeof changed>[2] = {};
  for (const holdNo of open) last = await answer(releaseOne({ client, path: { id, hold_no: holdNo }, body: { reason } }));
  return changed(call, `Released ${open.length === 1 ? `hold ${open[0]}` : `${open.length} holds`}.`, last);
}

/** Ends with 3 where a node still has to answer for a part. */
export async function cancel(call: Call): Promise<ExitCode> {
  const reason = reasonOf(call);
  const { client, id } = await named(call);
  const result = await answer(cancelOrder({ client, path: { id }, body: { reason, ...(call.options.has('--force') ? { force: true } : {}), requested_by: call.options.has('--customer') ? 'customer' : 'seller' } }));
  const asked = 'asked' in result && Array.isArray(result.asked) ? result.asked.length : 0;
  changed(call, asked > 0 ? `Cancelled what no node works on; the nodes were asked about ${asked} ${asked === 1 ? 'line' : 'lines'}.` : 'Cancelled.', result);
  return asked > 0 ? EXIT.partly : EXIT.ok;
}

export async function route(call: Call): Promise<ExitCode> {
  const node = call.options.get('--node');
  const reason = node === undefined ? '' : reasonOf(call);
  const { client, id } = await named(call);
  if (node !== undefined) return changed(call, `Sent to ${node}.`, await answer(overrideRouting({ client, path: { id }, body: { node, reason } })));
  const result = await answer(routeOrder({ client, path: { id } }));
  return changed(call, 'routed' in result && result.routed === false ? 'Nothing waited to be routed.' : 'Routed.', result);
}
