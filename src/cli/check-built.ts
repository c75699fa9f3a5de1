import type { Built } from './build.ts';

/** A finding as it is told to the user. */
export interface Told {
  readonly text: string;
}

export async function checkBuilt(
  _built: readonly Built[],
  _out: string,
  _shellcheck: string | undefined,
): Promise<Told[]> {
  return [];
}
