export const orderUrl = (id: string): string => `/orders/${encodeURIComponent(id)}`;
