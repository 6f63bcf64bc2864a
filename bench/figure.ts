/** A measured figure beside what it must reach. */
export type Figure = { what: string; measured: string; goal: string; met: boolean };
