export { type LiveDemo, startLiveDemo } from './live.ts';
export { type DemoDeps, seedDemo, SEEDED_ORDERS } from './seed.ts';
