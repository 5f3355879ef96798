import { createApiKey, type CreateApiKeyData, listApiKeys, revokeApiKey, rotateApiKey } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

const DAY_MS = 86_400_000;

export async function create(call: Call): Promise<ExitCode> {
  const { options } = call;
  const name = options.get('--name');
  const scope = options.get('--scope');
  if (name === undefined || scope === undefined) throw new UsageError('"keys create" needs --name NAME and --scope SCOPE.');
  const days = options.has('--days') ? integerOption(call, '--days', 0, 1, 3650) : null;
  const body = { name, scopes: scope.split(','), ...(days === null ? {} : { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }) } as CreateApiKeyData['body'];
  return shown(call, await answer(createApiKey({ client: await connect(call), body })));
}

export async function rotate(call: Call): Promise<ExitCode> {
  return shown(call, await answer(rotateApiKey({ client: await connect(call), path: { id: argument(call, 0) } })));
}

/** The key goes to stdout alone, so that it can be piped; what to know about it goes to stderr. */
function shown({ output }: Call, made: { readonly key: string } & Readonly<Record<string, unknown>>): ExitCode {
  if (output.json) output.value(made);
  else {
    output.note('This key is shown once; keep it safe.');
    output.line(made.key);
  }
  return EXIT.ok;
}

export async function list(call: Call): Promise<ExitCode> {
  const found = await answer(listApiKeys({ client: await connect(call) }));
  if (call.output.json) call.output.value(found);
  else {
    const rows = found.data.map((key) => [
      key.id, plain(key.name), key.hint, key.scopes.join(' '), key.expires_at === null ? 'never' : instant(key.expires_at), key.last_used_at === null ? 'never' : instant(key.last_used_at),
      key.revoked_at === null ? '' : 'revoked',
    ]);
    for (const line of tableOf(['ID', 'NAME', 'KEY', 'SCOPES', 'EXPIRES', 'LAST USED', ''], rows)) call.output.line(line);
  }
  return EXIT.ok;
}

export async function revoke(call: Call): Promise<ExitCode> {
  const result = await answer(revokeApiKey({ client: await connect(call), path: { id: argument(call, 0) } }));
  if (call.output.json) call.output.value(result);
  else call.output.line('Revoked; it is refused within seconds.');
  return EXIT.ok;
}
