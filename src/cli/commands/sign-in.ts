import { createSignInLink } from '@ordo/client';
import { type Call, EXIT, type ExitCode } from '../command.ts';
import { answer, connect, connectionOf } from '../connect.ts';
import { userOf } from './users.ts';

/** The link goes to stdout alone, so that it can be piped; what to know about it goes to stderr. */
export async function signIn(call: Call): Promise<ExitCode> {
  const { url } = await connectionOf(call);
  const named = call.options.get('--user');
  const body = named === undefined ? {} : { user: (await userOf(call, named)).id };
  const made = await answer(createSignInLink({ client: await connect(call), body }));
  const link = made.url ?? url + made.path;
  if (call.output.json) call.output.value({ sign_in: link, expires_at: made.expires_at });
  else {
    call.output.note('Open this in a browser: it signs in once, within 15 minutes.');
    call.output.line(link);
  }
  return EXIT.ok;
}
