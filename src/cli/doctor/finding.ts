/**
 * What one check found. `ok` is well, `note` worth knowing, `bad` must be mended. `detail` says what is, `remedy` what
 * to do about it.
 */
export type Finding = { check: string; status: 'ok' | 'note' | 'bad'; detail: string; remedy?: string };

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail });
export const note = (check: string, detail: string, remedy: string): Finding => ({
  check,
  status: 'note',
  detail,
  remedy,
});
export const bad = (check: string, detail: string, remedy: string): Finding => ({
  check,
  status: 'bad',
  detail,
  remedy,
});
