/** A time that has not come, by this machine's clock; null when it has, as it no longer says anything. */
export const showAhead = (at: string | null): string | null => (at !== null && Date.parse(at) > Date.now() ? at : null);
