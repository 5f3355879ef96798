import { listChannels, pauseChannel, resumeChannel, throttleChannel } from '@ordo/client';
import { PACES } from '../choices.ts';
import { argument, type Call, choiceOption, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

export async function list(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const cursor = options.get('--cursor');
  const page = await answer(listChannels({ client: await connect(call), query: { limit: integerOption(call, '--limit', 50, 1, 250), ...(cursor === undefined ? {} : { cursor }) } }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  for (const line of tableOf(['CODE', 'NAME', 'STATE', 'UNTIL', 'WAITING', 'THROUGH BY', 'REASON'], page.data.map(({ code, name, gate }) => [
    plain(code), plain(name), gate === null ? 'open' : gate.state === 'throttled' ? `${gate.orders} in ${gate.per_seconds} s` : gate.state, at(gate?.until ?? null), String(gate?.waiting ?? 0), at(gate?.through_by ?? null), plain(gate?.reason ?? ''),
  ]))) output.line(line);
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

const at = (time: string | null): string => (time === null ? '' : instant(time));

function reasonOf({ options, command }: Call): string {
  const reason = options.get('--reason');
  if (reason === undefined) throw new UsageError(`"${command.name}" needs --reason: it is shown with every order that waits.`);
  return reason;
}

const untilOf = ({ options }: Call): { until?: string } => {
  const until = options.get('--until');
  return until === undefined ? {} : { until };
};

export async function pause(call: Call): Promise<ExitCode> {
  const client = await connect(call);
  return told(call, await answer(pauseChannel({ client, path: { code: argument(call, 0) }, body: { reason: reasonOf(call), ...untilOf(call) } })));
}

export async function throttle(call: Call): Promise<ExitCode> {
  const per = choiceOption(call, '--per', PACES) ?? 'minute';
  if (!call.options.has('--orders')) throw new UsageError(`"${call.command.name}" needs --orders N.`);
  const body = { reason: reasonOf(call), orders: integerOption(call, '--orders', 1, 1, 100_000), per, ...untilOf(call) } as const;
  const client = await connect(call);
  return told(call, await answer(throttleChannel({ client, path: { code: argument(call, 0) }, body })));
}

export async function resume(call: Call): Promise<ExitCode> {
  const client = await connect(call);
  const reason = call.options.get('--reason');
  return told(call, await answer(resumeChannel({ client, path: { code: argument(call, 0) }, body: reason === undefined ? {} : { reason } })));
}

function told({ output }: Call, one: { readonly code: string; readonly state: string; readonly until: string | null }): ExitCode {
  if (output.json) output.value(one);
  else output.line(`Channel ${plain(one.code)} is ${one.state}${one.until === null ? '' : ` until ${instant(one.until)}`}.`);
  return EXIT.ok;
}
