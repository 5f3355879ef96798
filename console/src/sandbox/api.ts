// What a sandbox is asked, and what a new system still needs.
import { getSandbox, getSandboxContents, listFirstSteps, moveSandboxClock, placeTestOrder, playScenario, wipeSandbox, type FirstSteps, type Sandbox, type SandboxClock, type SandboxContents, type SandboxScenario, type TestOrder } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export type { Sandbox, SandboxContents, TestOrder } from '@ordo/client';
export type Step = FirstSteps['data'][number];
export type ScenarioCode = SandboxScenario['scenario'];

export const SANDBOX_KEY = ['sandbox'];

export const readSandbox = (): Promise<Result<Sandbox>> => read((signal) => getSandbox({ signal }));
export const readContents = (): Promise<Result<SandboxContents>> => read((signal) => getSandboxContents({ signal }));
export const readSteps = async (): Promise<Result<readonly Step[]>> => mapped(await read((signal) => listFirstSteps({ signal })), ({ data }) => data);
export const placeOrder = (): Promise<Result<TestOrder>> => read((signal) => placeTestOrder({ body: {}, signal }));
export const moveClock = (move: string): Promise<Result<SandboxClock>> => read((signal) => moveSandboxClock({ body: { move }, signal }));
export const play = (scenario: ScenarioCode): Promise<Result<SandboxScenario>> => read((signal) => playScenario({ body: { scenario }, signal }));

/** Emptying half a year of orders takes its time. */
const WIPE_LIMIT_MS = 120_000;
export const wipe = (): Promise<Result<{ readonly wiped: true }>> => read((signal) => wipeSandbox({ body: { confirm: 'wipe' }, signal }), undefined, WIPE_LIMIT_MS);
