export { type BackupSummary, backUp } from './backup.ts';
export { BackupProblem } from './problem.ts';
export { type RestoreSummary, restoreBackup } from './restore.ts';
