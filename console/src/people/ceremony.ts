// What a browser does with passkeys: it is asked by the server's options, and its answer goes back as it is.
import { addMyPasskey, beginMyPasskey, beginPasskeySignIn, signInWithPasskey } from '@ordo/client';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { read } from '../api.ts';
import { asked, Failed } from '../app/ask.ts';
import { t } from './ways-words.ts';

const browser = () => import('@simplewebauthn/browser');

export const hasPasskeys = (): boolean => 'PublicKeyCredential' in window;

/** Browsers do not say which of many reasons it was, so that no page learns which passkeys there are. */
const unused = (detail: string) => (): never => {
  throw new Failed({ kind: 'failed', code: null, title: '', detail, requestId: null, faults: [], changes: null });
};

export async function enterWithPasskey(): Promise<void> {
  const options: unknown = await asked(read((signal) => beginPasskeySignIn({ signal })));
  const { startAuthentication } = await browser();
  const { id, rawId, type, response } = await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }).catch(unused(t('cancelled')));
  const { clientDataJSON, authenticatorData, signature, userHandle = '' } = response;
  await asked(read((signal) => signInWithPasskey({ body: { response: { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, authenticatorData, signature, userHandle } } }, signal })));
}

export async function makePasskey(name: string, password: string): Promise<void> {
  const options: unknown = await asked(read((signal) => beginMyPasskey({ body: password === '' ? {} : { password }, signal })));
  const { startRegistration } = await browser();
  const { id, rawId, type, response } = await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }).catch(unused(t('cancelledAdd')));
  const { clientDataJSON, attestationObject, transports } = response;
  await asked(read((signal) => addMyPasskey({
    body: { name, response: { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, attestationObject, ...(transports === undefined ? {} : { transports }) } } }, signal,
  })));
}
