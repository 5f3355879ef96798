export type BackupProblemCode =
  | 'BACKUP_FILE_EXISTS' | 'BACKUP_NOT_WRITTEN' | 'BACKUP_NOT_READ' | 'BACKUP_DAMAGED' | 'BACKUP_NEWER' | 'BACKUP_DIFFERS' | 'RESTORE_TARGET_IN_USE' | 'RESTORE_TARGET_OTHER_VERSION' | 'NOTHING_TO_BACK_UP';

/** A backup or a restore that cannot be done: one sentence that says why, and what to do about it. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem';
  readonly code: BackupProblemCode;
  readonly fix: string;

  constructor(code: BackupProblemCode, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.fix = fix;
  }
}

export const damaged = (what: string, cause?: unknown): BackupProblem =>
  new BackupProblem('BACKUP_DAMAGED', `The backup is damaged: ${what}.`, 'Nothing was written. Use another copy of the file, or an earlier backup.', { cause });
