import {
  addUser, changeMe, changeUser, endMySession, endUserSessions, eraseUser, getSignInMethods, inviteUser, listMySessions, listRoles, listUsers, recoverPassword, resetPassword, setMyPassword, signInWithPassword, signOut,
  type ChangeMeData, type ChangeUserData, type Role, type Session, type SignInMethods, type User,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export type { Role, Session, User };
export type RoleName = Role['name'];

export const readMethods = (): Promise<Result<SignInMethods>> => read((signal) => getSignInMethods({ signal }));
export const signIn = (email: string, password: string) => read((signal) => signInWithPassword({ body: { email, password }, signal }));
export const recover = (email: string) => read((signal) => recoverPassword({ body: { email }, signal }));
export const reset = (token: string, password: string) => read((signal) => resetPassword({ body: { token, password }, signal }));
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
