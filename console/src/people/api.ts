import {
  addUser, beginProviderSignIn, changeMe, confirmMyTotp, proposeMyTotp, removeMyTotp, signInWithCode, changeUser, endMySession, endUserSessions, eraseUser, getApiKeyPermissions, getSignInMethods, getUserPermissions, inviteUser, listApiKeys, listMyPasskeys, listMySessions, listPermissions, listRoles, listUsers, recoverPassword, removeMyPasskey, removeUserPasskeys, renameMyPasskey, resetPassword, setMyPassword, signInWithPassword, signOut, unlinkUser,
  type ApiKey, type ChangeMeData, type ChangeUserData, type EffectiveAccess, type Passkey, type Permission, type Role, type Session, type SignInMethods, type User,
} from '@ordo/client';
import { isKey } from '../actors.ts';
import { mapped, read, type Result } from '../api.ts';

export type { ApiKey, EffectiveAccess, Passkey, Permission, Role, Session, SignInMethods, User };
export type RoleName = Role['name'];

/** The server waits for the provider, and each of its questions may take ten seconds. */
const PROVIDER_MS = 30_000;

export const readMethods = (): Promise<Result<SignInMethods>> => read((signal) => getSignInMethods({ signal }));
export const signIn = (email: string, password: string) => read((signal) => signInWithPassword({ body: { email, password }, signal }));
export const signInByCode = (ticket: string, code: string) => read((signal) => signInWithCode({ body: { ticket, code }, signal }));
export const proposeSecret = () => read((signal) => proposeMyTotp({ signal }));
export const confirmSecret = (code: string) => read((signal) => confirmMyTotp({ body: { code }, signal }));
export const dropSecret = (password: string) => read((signal) => removeMyTotp({ body: password === '' ? {} : { password }, signal }));
export const recover = (email: string) => read((signal) => recoverPassword({ body: { email }, signal }));
export const reset = (token: string, password: string) => read((signal) => resetPassword({ body: { token, password }, signal }));
export const beginAtProvider = (back: string) => read((signal) => beginProviderSignIn({ body: { back }, signal }), undefined, PROVIDER_MS);
export const readMyPasskeys = async (): Promise<Result<readonly Passkey[]>> => mapped(await read((signal) => listMyPasskeys({ signal })), ({ data }) => data);
export const namePasskey = (id: string, name: string) => read((signal) => renameMyPasskey({ path: { id }, body: { name }, signal }));
export const dropPasskey = (id: string, password: string) => read((signal) => removeMyPasskey({ path: { id }, body: password === '' ? {} : { password }, signal }));
export const leave = () => read((signal) => signOut({ signal }));

export const changeMyself = (body: NonNullable<ChangeMeData['body']>) => read((signal) => changeMe({ body, signal }));
export const setPassword = (current: string, password: string) => read((signal) => setMyPassword({ body: { ...(current === '' ? {} : { current }), password }, signal }));
export const readMySessions = async (): Promise<Result<readonly Session[]>> => mapped(await read((signal) => listMySessions({ signal })), ({ data }) => data);
export const endSession = (id: string) => read((signal) => endMySession({ path: { id }, signal }));

export const readRoles = async (): Promise<Result<readonly Role[]>> => mapped(await read((signal) => listRoles({ signal })), ({ data }) => data);
export const readUsers = async (): Promise<Result<readonly User[]>> => mapped(await read((signal) => listUsers({ query: { limit: 250 }, signal })), ({ data }) => data);
export const addPerson = (body: { email: string; name: string; roles: RoleName[]; nodes: string[] | null }) => read((signal) => addUser({ body, signal }));
export const changePerson = (id: string, body: NonNullable<ChangeUserData['body']>) => read((signal) => changeUser({ path: { id }, body, signal }));
export const invitePerson = (id: string) => read((signal) => inviteUser({ path: { id }, signal }));
export const endPersonSessions = (id: string) => read((signal) => endUserSessions({ path: { id }, signal }));
export const erasePerson = (id: string) => read((signal) => eraseUser({ path: { id }, signal }));
export const dropPasskeysOf = (id: string) => read((signal) => removeUserPasskeys({ path: { id }, signal }));
export const partFromProvider = (id: string) => read((signal) => unlinkUser({ path: { id }, signal }));

export const readPermissions = async (): Promise<Result<readonly Permission[]>> => mapped(await read((signal) => listPermissions({ signal })), ({ data }) => data);
export const readKeys = async (): Promise<Result<readonly ApiKey[]>> => mapped(await read((signal) => listApiKeys({ signal })), ({ data }) => data);
export const readAccess = (who: string): Promise<Result<EffectiveAccess>> => read((signal) => (isKey(who) ? getApiKeyPermissions({ path: { id: who }, signal }) : getUserPermissions({ path: { id: who }, signal })));
