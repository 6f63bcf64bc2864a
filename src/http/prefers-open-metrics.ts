/** Whether an Accept header puts OpenMetrics before the text format; Prometheus lists both, with a weight each. */
export function prefersOpenMetrics(accept = ''): boolean {
  const ranges = accept.split(',').map(readRange);
  const weightOf = (type: string) => Math.max(0, ...ranges.filter((one) => one.type === type).map((one) => one.weight));
  const open = weightOf('application/openmetrics-text');
  return open > 0 && open >= weightOf('text/plain');
}

function readRange(range: string): { type: string; weight: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1';
  return { type, weight: Number(weight) || 0 };
}
