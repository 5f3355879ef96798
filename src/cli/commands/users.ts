import { addUser, type AddUserData, changeUser, inviteUser, listUsers, removeUserPasskeys, unlinkUser, type User } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, UsageError } from '../command.ts';
import { answer, connect, connectionOf } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

/** The person with this id or e-mail address. */
export async function userOf(call: Call, named: string): Promise<User> {
  const client = await connect(call);
  for (let cursor: string | undefined; ; ) {
    const page = await answer(listUsers({ client, query: { limit: 250, ...(cursor === undefined ? {} : { cursor }) } }));
    const found = page.data.find(({ id, email }) => id === named || email === named.toLowerCase());
    if (found) return found;
    if (page.next_cursor === null) throw new UsageError(`There is no person "${named}"; "ordo users list" shows them all.`);
    cursor = page.next_cursor;
  }
}

export async function list(call: Call): Promise<ExitCode> {
  const page = await answer(listUsers({ client: await connect(call), query: { limit: 250 } }));
  if (call.output.json) call.output.value(page);
  else {
    const rows = page.data.map((user) => [
      user.id, plain(user.name ?? 'erased'), plain(user.email ?? ''), user.roles.join(' '), user.nodes === null ? 'everywhere' : plain(user.nodes.join(' ')),
      user.last_sign_in_at === null ? 'never' : instant(user.last_sign_in_at), user.disabled_at === null ? '' : 'disabled',
    ]);
    for (const line of tableOf(['ID', 'NAME', 'E-MAIL', 'ROLES', 'NODES', 'LAST SIGN-IN', ''], rows)) call.output.line(line);
  }
  return EXIT.ok;
}

export async function add(call: Call): Promise<ExitCode> {
  const { options } = call;
  const [email, name, roles] = [argument(call, 0), options.get('--name'), options.get('--roles')];
  if (name === undefined || roles === undefined) throw new UsageError('"users add" needs --name NAME and --roles ROLES.');
  const nodes = options.get('--nodes');
  const body = { email, name, roles: roles.split(','), ...(nodes === undefined ? {} : { nodes: nodes.split(',') }) } as AddUserData['body'];
  return told(call, await answer(addUser({ client: await connect(call), body })), 'Added.');
}

/** The link goes to stdout alone, so that it can be piped; what to know about it goes to stderr. */
export async function invite(call: Call): Promise<ExitCode> {
  const { url } = await connectionOf(call);
  const user = await userOf(call, argument(call, 0));
  const made = await answer(inviteUser({ client: await connect(call), path: { id: user.id } }));
  const link = made.url ?? url + made.path;
  if (call.output.json) call.output.value({ link, expires_at: made.expires_at });
  else {
    call.output.note('Give this to the person alone: it sets a password and signs in, once, within 24 hours.');
    call.output.line(link);
  }
  return EXIT.ok;
}

export const disable = (call: Call): Promise<ExitCode> => setDisabled(call, true, 'Disabled; all sessions have ended.');
export const enable = (call: Call): Promise<ExitCode> => setDisabled(call, false, 'Enabled.');

async function setDisabled(call: Call, disabled: boolean, said: string): Promise<ExitCode> {
  const user = await userOf(call, argument(call, 0));
  return told(call, await answer(changeUser({ client: await connect(call), path: { id: user.id }, body: { disabled } })), said);
}

export async function removePasskeys(call: Call): Promise<ExitCode> {
  const { id } = await userOf(call, argument(call, 0));
  return told(call, await answer(removeUserPasskeys({ client: await connect(call), path: { id } })), 'No passkey is left; all sessions have ended.');
}

export async function unlink(call: Call): Promise<ExitCode> {
  const { id } = await userOf(call, argument(call, 0));
  return told(call, await answer(unlinkUser({ client: await connect(call), path: { id } })), 'Tied to no account any more; all sessions have ended.');
}

function told({ output }: Call, user: User, said: string): ExitCode {
  if (output.json) output.value(user);
  else output.line(`${said} ${user.id}`);
  return EXIT.ok;
}
