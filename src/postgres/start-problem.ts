/** Why the database could not be used at start. Every code is one situation with one remedy. */
export type StartProblemCode =
  | 'DISK_FULL'
  | 'DATA_DIR_NOT_WRITABLE'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_DAMAGED'
  | 'DATA_DIR_NEWER_POSTGRES'
  | 'NO_EMBEDDED_BINARIES'
  | 'ROOT_WITHOUT_NAMESPACES'
  | 'ORPHAN_NOT_STOPPED'
  | 'SERVER_NOT_STARTED'
  | 'DATABASE_URL_INVALID'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_LOGIN_REFUSED'
  | 'DATABASE_MISSING'
  | 'DATABASE_PERMISSION_MISSING'
  | 'DATABASE_TOO_OLD'
  | 'DATABASE_NEWER'
  | 'DATABASE_OLDER'
  | 'MIGRATION_CHANGED'
  | 'DATABASE_ROLE_TOO_POWERFUL'
  | 'DATABASE_CANNOT_CREATE_ROLE';

/**
 * A start that cannot go on for a reason the operator can remove: `message` is one sentence that says what is wrong,
 * `fix` one that says what to do. Neither ever holds a password.
 */
export class StartProblem extends Error {
  readonly code: StartProblemCode;
  readonly fix: string;

  constructor(code: StartProblemCode, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartProblem';
    this.code = code;
    this.fix = fix;
  }
}
