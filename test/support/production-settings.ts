import { generateX25519Identity } from 'age-encryption';

/** The least that a production server is started with. */
export const productionSettings = async (more: Record<string, string> = {}): Promise<Record<string, string>> => ({
  WHOOSH_MODE: 'production',
  DATABASE_URL: 'postgres://db/whoosh',
  SECRETS_KEY: await generateX25519Identity(),
  ...more,
});
