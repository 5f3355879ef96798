export * from './cel.ts';
