// The columns of the order list: which there are, and which stand there until somebody chooses others.

export const COLUMNS = ['number', 'placed', 'status', 'channel', 'external', 'units', 'shipped', 'nodes', 'holds', 'payment', 'total', 'assignee', 'tags'] as const;
export type ColumnName = (typeof COLUMNS)[number];

/** Without what only some need, or another column says too: every column costs an element in each row. */
const USUAL: readonly ColumnName[] = COLUMNS.filter((name) => !['external', 'units', 'assignee', 'tags'].includes(name));

export const isColumnName = (text: string): text is ColumnName => COLUMNS.some((name) => name === text);

/** The number opens the order, so it is always the first. */
export const shownColumns = (chosen: readonly ColumnName[] | null): readonly ColumnName[] => (chosen === null ? USUAL : ['number', ...new Set(chosen.filter((name) => name !== 'number'))]);
