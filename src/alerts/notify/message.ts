import type { AlertView } from '../schema.ts';

/** What is told: of one alert, or of several of a rule at once. The same with every try. */
export type AlertMessage = {
  type: 'alert.opened' | 'alert.resolved' | 'alert.test';
  /** RFC 3339: when it happened. */
  timestamp: string;
  data: Pick<
    AlertView,
    'id' | 'rule' | 'subject' | 'project_id' | 'severity' | 'summary' | 'detail' | 'opened_at' | 'count' | 'runbook'
  >;
};
