/** How a CLI says that the limit of its account is reached. */
export type LimitPattern = {
  /** Who says so. */
  cli: string;
  /** `when` is the part that tells the end; a pattern without it matches what tells none. */
  pattern: RegExp;
};

/** In the order in which they are tried: those that tell when the limit ends come first. */
export const LIMIT_PATTERNS: readonly LimitPattern[] = [
  { cli: 'Claude Code', pattern: /usage limit reached\|(?<when>\d{10,13})/i },
  { cli: 'Claude Code', pattern: /\blimit (?:will )?resets? (?:at|on) (?<when>.+)/i },
  {
    cli: 'Claude Code',
    pattern:
      /(?:\blimit reached|you['’]ve (?:hit|reached) your [\w -]*limit)\s*[·∙•|.-]\s*resets? (?:at |on |in )?(?<when>.+)/i,
  },
  {
    cli: 'Codex',
    pattern:
      /(?:hit|reached|exceeded) your (?:usage|rate|weekly|session|message)[\w -]* limit[\s\S]*?\btry again (?:in |at )?(?<when>.+)/i,
  },
  { cli: 'Codex', pattern: /hit your usage limit[\s\S]*?\btry again (?:in |at )?(?<when>.+)/i },
  { cli: 'Gemini CLI', pattern: /\bquota[\w ]* (?:will )?resets? (?:after|in|at) (?<when>.+)/i },
  {
    cli: 'Gemini CLI',
    pattern: /\bquota (?:was |has been )?exceeded[\s\S]*?\b(?:retry|try again) (?:in|after|at) (?<when>.+)/i,
  },
  { cli: 'GitHub Copilot', pattern: /\brate[- ]limited[\s\S]*?\bwait (?:for )?(?<when>.+?) before/i },
  {
    cli: 'GitHub Copilot',
    pattern: /\b(?:weekly|global|session)? ?rate limit[\s\S]*?\bresets? (?:on|at|in) (?<when>.+)/i,
  },
  {
    cli: 'OpenCode, Goose, Qwen Code',
    pattern:
      /\b(?:rate|usage|token|request)s? limit (?:was |has been |is )?(?:reached|exceeded)[\s\S]*?\b(?:try again|retry|resets?) (?:in |at |after |on )?(?<when>.+)/i,
  },
  { cli: 'any', pattern: /\busage limit reached\b[\s\S]*?\bresets? (?:at |on |in |after )?(?<when>.+)/i },
  { cli: 'Claude Code', pattern: /^(?:claude )?(?:ai )?usage limit reached\b/im },
  { cli: 'Codex', pattern: /^you['’]ve hit your (?:usage|session|weekly)?\s?limit\b/im },
  { cli: 'Gemini CLI', pattern: /\bexhausted your (?:daily quota|capacity on this model)\b|\bRESOURCE_EXHAUSTED\b/i },
  {
    cli: 'Qwen Code',
    pattern: /\bfree (?:daily )?(?:quota|usage) (?:has been reached|exceeded)\b|\bquota exceeded\b/i,
  },
  { cli: 'OpenCode', pattern: /\binsufficient_quota\b|\bexceeded your current quota\b/i },
  { cli: 'GitHub Copilot', pattern: /\bexceeded your (?:premium request|copilot)[\w ]* (?:allowance|limit)\b/i },
  { cli: 'Goose', pattern: /\bcredits? (?:are |is )?exhausted\b/i },
];
