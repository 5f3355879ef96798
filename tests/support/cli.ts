import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** What a command line wrote, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The settings that lead a command to a server. */
export const reach = ({ url, apiKey }: { url: string; apiKey: string }): Record<string, string> => ({ ORDO_URL: url, ORDO_API_KEY: apiKey, NO_COLOR: '1' });

/**
 * Runs `ordo` with these words in this process, which saves loading the program for each call. Both streams of the process are
 * its own meanwhile, so calls follow one another.
 */
export async function commandLine(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<Said> {
  const texts = { out: '', err: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => { texts.out += String(text); return true; }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => { texts.err += String(text); return true; }),
  ];
  try {
    return { code: await main(words, environment), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
