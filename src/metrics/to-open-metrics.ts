/**
 * The text format as OpenMetrics 1.0: there a counter is called by its name without `_total`, and the end is marked.
 * prom-client can write it too, but renames its counters for good when it does, so that the next reader of the text
 * format finds none.
 */
export const toOpenMetrics = (text: string): string =>
  `${text.replace(/^# (HELP|TYPE) (\S+)_total /gm, '# $1 $2 ').replaceAll('\n\n', '\n')}# EOF\n`;
