import { writeFile } from 'node:fs/promises';
import { getInvoice, getInvoicePdf, type Invoice, listInvoices, type ListInvoicesData } from '@ordo/client';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { instant, money, plain, quantity } from '../format.ts';
import { tableOf } from '../output.ts';

type Query = NonNullable<ListInvoicesData['query']>;

export async function list(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const order = options.get('--order');
  const texts = { channel: options.get('--channel'), cursor: options.get('--cursor'), issued_from: dayOf(call, '--from'), issued_to: dayOf(call, '--to') };
  const query: Query = {
    limit: integerOption(call, '--limit', 25, 1, 250), ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(order === undefined ? {} : { order: await orderId(client, order) }),
  };
  const page = await answer(listInvoices({ client, query }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map((one) => [plain(one.number), instant(one.issued_at), String(one.order_number), shipmentNo(one.shipment), one.channel, money(one.tax_minor, one.currency), money(one.total_minor, one.currency), one.id]);
  for (const line of tableOf(['NUMBER', 'ISSUED', 'ORDER', 'SHIPMENT', 'CHANNEL', 'TAX', 'TOTAL', 'ID'], rows)) output.line(line);
  if (page.data.length === 0) output.note('No invoice matches.');
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

const shipmentNo = (id: string): string => id.slice(id.lastIndexOf('_') + 1);

/** The first instant of a day. */
function dayOf({ options }: Call, name: string): string | undefined {
  const day = options.get(name);
  if (day !== undefined && (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)))) throw new UsageError(`${name} takes a day such as 2026-01-31, not "${day}".`);
  return day === undefined ? undefined : `${day}T00:00:00Z`;
}

export async function show(call: Call): Promise<ExitCode> {
  const invoice = await answer(getInvoice({ client: await connect(call), path: { id: argument(call, 0) } }));
  if (call.output.json) call.output.value(invoice);
  else shown(invoice, call);
  return EXIT.ok;
}

function shown(invoice: Invoice, { output }: Call): void {
  const amount = (minor: number): string => money(minor, invoice.currency);
  output.line(`${output.bold(`Invoice ${plain(invoice.number)}`)}  ${amount(invoice.total_minor)}, issued ${instant(invoice.issued_at)}`);
  output.line(`${invoice.id}, order ${invoice.order_number}, shipment ${shipmentNo(invoice.shipment)}, which left ${instant(invoice.supplied_at)}`);
  output.line();
  const lines = invoice.lines.map((line) => [
    String(line.line), plain(line.sku), plain(line.name), quantity(line.quantity, line.quantity_scale), amount(line.total_minor), amount(0 - line.order_discount_minor), amount(line.tax_minor),
  ]);
  for (const line of tableOf(['LINE', 'SKU', 'NAME', 'QUANTITY', 'GOODS', 'ORDER DISCOUNT', 'TAX'], lines)) output.line(line);
  output.line();
  const sums: readonly (readonly [string, number])[] = [
    ['Goods', invoice.goods_minor], ['Discount', 0 - invoice.discount_minor], ['Shipping', invoice.shipping_minor], ['Other', invoice.other_minor], ['Adjustment', invoice.adjustment_minor],
    [invoice.tax_included ? 'Tax, included' : 'Tax', invoice.tax_minor], ['Total', invoice.total_minor],
  ];
  for (const [label, minor] of sums) if (minor !== 0 || label === 'Total') output.line(`${label.padEnd(15)}${amount(minor)}`);
}

export async function pdf(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const client = await connect(call);
  const id = argument(call, 0);
  const { number } = await answer(getInvoice({ client, path: { id } }));
  const content = await answer(getInvoicePdf({ client, path: { id }, parseAs: 'blob' }));
  const file = options.get('--out') ?? `${number.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}.pdf`;
  const bytes = Buffer.from(await content.arrayBuffer());
  await writeFile(file, bytes).catch((error: unknown) => {
    throw new CommandFailed('NOT_WRITTEN', `${file} cannot be written (${error instanceof Error ? error.message : 'no reason given'}).`, 'Name another file with --out.');
  });
  if (output.json) output.value({ file, bytes: bytes.length });
  else output.line(`${file}: ${bytes.length} bytes.`);
  return EXIT.ok;
}
