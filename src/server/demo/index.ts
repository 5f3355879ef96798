export { type LiveDemo, type ScenarioProgress, startLiveDemo } from './live.ts';
export { type DemoDeps, seedDemo, SEEDED_ORDERS } from './seed.ts';
