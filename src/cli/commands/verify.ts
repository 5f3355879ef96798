import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type TenantVerification, type Verification, verifyDatabase, type VerifyProgress } from '../../server/compose.ts';
import { readSettings, type Settings } from '../../server/settings.ts';
import { type Call, CommandFailed, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { type Output, tableOf } from '../output.ts';

/** 0 when every figure is what its ledger says, 1 when one is not. */
export async function verify(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const request = { throttle: options.has('--throttle'), limit: integerOption(call, '--limit', 20, 1, 1000) };
  const tenants = await run(call, readSettings(call.environment), request);
  const clean = tenants.every(({ verification }) => verification.clean);
  if (output.json) output.value({ clean, tenants: tenants.map(({ tenant, verification }) => ({ tenant, ...verification })) });
  else for (const { tenant, verification } of tenants) show(tenant, verification, output);
  if (!output.json && tenants.length === 0) output.line('There is no tenant, so there was nothing to check.');
  return clean ? EXIT.ok : EXIT.failed;
}

/** Straight at the database where there is one at hand; otherwise through the API of a running Ordo. */
async function run(call: Call, settings: Settings, request: { throttle: boolean; limit: number }): Promise<readonly TenantVerification[]> {
  const { output } = call;
  const local = settings.databaseUrl !== null || (settings.url === null && existsSync(join(settings.dataDirectory, 'postgres', 'PG_VERSION')));
  if (local) {
    const database = await openDatabase(settings, (line) => output.note(line), true);
    try {
      return await verifyDatabase(database.ownerUrl, { ...request, onProgress: progressOn(output) });
    } finally {
      await database.close();
    }
  }
  const client = await connect(call);
  output.progress('The server verifies; this takes about a minute per million orders.');
  const result = await answer(client.post<{ 200: Verification }, unknown, false>({ url: '/v1/verification', body: request, headers: { 'content-type': 'application/json' } }));
  if (!('checks' in result)) throw new CommandFailed('UNEXPECTED', 'The server did not answer with a report.', 'Check that it is as new as this program.');
  return [{ tenant: 'of this key', verification: result }];
}

function progressOn(output: Output): (progress: VerifyProgress) => void {
  const began = performance.now();
  return ({ step, steps, what }) => {
    const seconds = (performance.now() - began) / 1000;
    const left = step < 3 ? '' : `, about ${Math.ceil((seconds / step) * (steps - step))} s left`;
    output.progress(`Verifying: step ${step} of ${steps} (${what}), ${seconds.toFixed(0)} s${left}`);
  };
}

function show(tenant: string, { checks, clean, examined, differences, milliseconds }: Verification, output: Output): void {
  output.line(output.bold(`Tenant ${tenant}`));
  const rows = checks.map((check) => [check.differences === 0 ? 'ok' : 'DIFFERS', check.rule, String(check.examined), check.differences === 0 ? '' : String(check.differences)]);
  for (const line of tableOf(['', 'RULE', 'EXAMINED', 'DIFFERENCES'], rows)) output.line(line.startsWith('DIFFERS') ? output.red(line) : line);
  for (const check of checks.filter((one) => one.differences > 0)) {
    output.line();
    output.line(output.bold(`${check.rule}: ${check.differences} ${check.differences === 1 ? 'row differs' : 'rows differ'}`));
    for (const { what, key, stored, recomputed } of check.named) output.line(`  ${what} of ${key}: stored ${stored ?? 'nothing'}, recomputed ${recomputed ?? 'nothing'}`);
  }
  output.line();
  const seconds = (milliseconds / 1000).toFixed(1);
  if (examined === 0) output.line('There was nothing to check.');
  else output.line(clean ? output.green(`Clean: ${examined} rows examined in ${seconds} s.`) : output.red(`${differences} rows differ of ${examined} examined in ${seconds} s.`));
}
