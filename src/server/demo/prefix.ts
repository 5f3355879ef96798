/** Everything of the demonstration is told from real things by this beginning of its codes. */
export const DEMO_PREFIX = 'demo-';
