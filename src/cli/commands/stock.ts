import { getAvailability, listStock } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { tableOf } from '../output.ts';

export async function get(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const client = await connect(call);
  const node = options.get('--node');
  const page = await answer(listStock({ client, query: { sku: argument(call, 0), limit: 250, ...(node === undefined ? {} : { node }) } }));
  if (output.json) output.value(page);
  else {
    const rows = page.data.map((row) => [row.sku, row.node, row.owner, row.condition, ...[row.on_hand, row.reserved, row.soft, row.short].map(String)]);
    for (const line of tableOf(['SKU', 'NODE', 'OWNER', 'CONDITION', 'ON HAND', 'RESERVED', 'SOFT', 'SHORT'], rows)) output.line(line);
    if (page.data.length === 0) output.note('No node has or had any of it.');
  }
  return EXIT.ok;
}

export async function availability(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const client = await connect(call);
  const node = options.get('--node');
  const found = await answer(getAvailability({ client, query: { sku: [...call.arguments], ...(node === undefined ? {} : { node }) } }));
  if (output.json) {
    output.value(found);
    return EXIT.ok;
  }
  const rows = found.data.flatMap((one) => [
    ...one.nodes.map((row) => [one.sku, row.node, ...[row.atp, row.on_hand, row.reserved, row.soft, row.protected, row.inbound].map(String), row.eligible ? '' : 'not eligible']),
    ...(node === undefined ? [[one.sku, '(network)', String(one.network.atp), '', '', '', '', '', one.network.unassigned_demand > 0 ? `${one.network.unassigned_demand} wanted without a node` : '']] : []),
  ]);
  for (const line of tableOf(['SKU', 'NODE', 'CAN BE PROMISED', 'ON HAND', 'RESERVED', 'SOFT', 'PROTECTED', 'INBOUND', ''], rows)) output.line(line);
  return EXIT.ok;
}
