import { reEvaluateOrders, type ReEvaluateOrdersData, type ReEvaluation } from '@ordo/client';
import { type Call, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { plain } from '../format.ts';

const money = (micros: number): string => (micros / 1e6).toFixed(2);

/** What could be sent better now, page by page of all unreleased orders; with --apply it is done. */
export async function reEvaluate(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const named = call.arguments.length > 0 ? await Promise.all(call.arguments.map((one) => orderId(client, one))) : null;
  const apply = options.has('--apply');
  const terms = {
    dry_run: !apply, ...(options.has('--minimum-saving') ? { minimum_saving_micros: integerOption(call, '--minimum-saving', 0, 0, 1_000_000) * 1_000_000 } : {}),
    ...(options.has('--no-swap') ? { swap: false } : {}),
  } satisfies ReEvaluateOrdersData['body'];
  const all: { looked_at: number; saving_micros: number; changes: ReEvaluation['changes'] } = { looked_at: 0, saving_micros: 0, changes: [] };
  let next: string | null = null;
  do {
    const page: ReEvaluation = await answer(reEvaluateOrders({ client, body: { ...terms, ...(named === null ? {} : { orders: named }), ...(next === null ? {} : { after: next }) } }));
    all.looked_at += page.looked_at;
    all.saving_micros += page.saving_micros;
    all.changes.push(...page.changes);
    if (!output.json) for (const change of page.changes) show(change, call);
    ({ next } = page);
  } while (next !== null);
  if (output.json) output.value({ dry_run: !apply, ...all });
  else {
    output.line(`${all.looked_at} looked at, ${all.changes.length} ${apply ? 'changed' : 'to change'}, ${money(all.saving_micros)} saved${apply ? '' : ' then'}.`);
    if (!apply && all.changes.length > 0) output.note('Nothing was changed: --apply changes it.');
  }
  return EXIT.ok;
}

function show({ kind, saving_micros: saving, orders }: ReEvaluation['changes'][number], { output }: Call): void {
  const numbers = orders.map(({ number }) => `#${number}`).join(' and ');
  output.line(output.bold(`${numbers}${kind === 'swap' ? ' exchange units' : ''}`) + `  ${saving > 0 ? `saves ${money(saving)}` : 'better at the same cost'}`);
  for (const { number, sentence, moved } of orders) {
    output.line(`  #${number} ${plain(sentence)}`);
    for (const { line, quantity, from, to } of moved) output.line(`    line ${line}: ${quantity} from ${plain(from ?? 'no node')} to ${plain(to ?? 'no node')}`);
  }
}
