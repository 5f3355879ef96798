import { setTimeout as sleep } from 'node:timers/promises';
import { getSandbox, getSandboxContents, moveSandboxClock, placeTestOrder, playScenario, type SandboxClock, wipeSandbox } from '@ordo/client';
import { SCENARIOS } from '../../server/settings.ts';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant } from '../format.ts';

const LOOK_AGAIN_MS = 500;

/** Says what time it is in the sandbox, or moves it on: +3d, +5h, +30m, reset. */
export async function clock(call: Call): Promise<ExitCode> {
  const client = await connect(call);
  const [move] = call.arguments;
  const shown: SandboxClock = move === undefined ? (await answer(getSandbox({ client }))).clock : await answer(moveSandboxClock({ client, body: { move } }));
  if (call.output.json) call.output.value(shown);
  else call.output.line(`${instant(shown.time)}${shown.ahead_seconds === 0 ? '' : ` (the machine says ${instant(shown.machine_time)})`}`);
  return EXIT.ok;
}

/** Places an order that is worth explaining. */
export async function order(call: Call): Promise<ExitCode> {
  const placed = await answer(placeTestOrder({ client: await connect(call), body: {} }));
  if (call.output.json) call.output.value(placed);
  else call.output.line(`#${placed.number} is placed. Why it ships from where it ships: ordo orders explain ${placed.number}`);
  return EXIT.ok;
}

/** Plays a scenario to its end. */
export async function play(call: Call): Promise<ExitCode> {
  const scenario = scenarioOf(argument(call, 0));
  const client = await connect(call);
  let one = await answer(playScenario({ client, body: { scenario } }));
  while (one.playing) {
    call.output.progress(`${one.done} of ${one.of} orders`);
    await sleep(LOOK_AGAIN_MS);
    one = (await answer(getSandbox({ client }))).scenario ?? one;
  }
  if (call.output.json) call.output.value(one);
  else call.output.line(`${scenario} was played: ${one.of} orders came in.`);
  return EXIT.ok;
}

/** The scenario that somebody named. Throws UsageError. */
export function scenarioOf(text: string): (typeof SCENARIOS)[number] {
  const found = SCENARIOS.find((one) => one === text);
  if (found === undefined) throw new UsageError(`There is no scenario "${text}"; there are ${SCENARIOS.join(', ')}.`);
  return found;
}

/** Says what would go, and removes it with --yes. */
export async function wipe(call: Call): Promise<ExitCode> {
  const client = await connect(call);
  const contents = await answer(getSandboxContents({ client }));
  const goes = Object.entries(contents).filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`).join(', ');
  if (!call.options.has('--yes')) throw new CommandFailed('NOT_CONFIRMED', `This removes ${goes}, with everything that was recorded of them. People, their sessions and API keys stay.`, 'Say it again with --yes if that is meant.');
  await answer(wipeSandbox({ client, body: { confirm: 'wipe' } }));
  if (call.output.json) call.output.value({ wiped: contents });
  else call.output.line(`Gone: ${goes}. The console now says what a new system needs, step by step.`);
  return EXIT.ok;
}
