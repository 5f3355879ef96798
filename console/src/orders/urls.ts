export const orderUrl = (id: string): string => `/orders/${encodeURIComponent(id)}`;
/** Why it ships from there: of the last decision, or of the one with that number. */
export const whyUrl = (id: string, no: number | null = null): string => `${orderUrl(id)}/why${no === null ? '' : `?decision=${no}`}`;
