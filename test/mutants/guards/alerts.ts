import type { Mutant } from '../mutant.ts';

const watch = ['src/alerts/watch.test.ts'];
const routes = ['src/alerts/routes.test.ts'];
const deliver = ['src/alerts/notify/deliver-due.test.ts'];
const notifiers = ['src/alerts/notify/notifiers.test.ts'];

/** Alerts: one for each condition, told once and to the right people. */
export const ALERTS: Mutant[] = [
  {
    name: 'alert-over-unseen',
    file: 'src/alerts/watch.ts',
    from: 'performance.now() - began >= this.#forMs',
    to: 'true',
    tests: watch,
    why: 'after an outage every alert is over, since nobody has looked',
  },
  {
    name: 'alert-held',
    file: 'src/alerts/watch.ts',
    from: 'at_once === true || heldMs[at]! >= this.#forMs',
    to: 'true',
    tests: watch,
    why: 'whatever flickers wakes somebody at night',
  },
  {
    name: 'alert-cool-down',
    file: 'src/alerts/open-alerts.ts',
    from: 'case when $6 and coalesce(',
    to: 'case when $6 or coalesce(',
    tests: watch,
    why: 'what comes and goes is told each time',
  },
  {
    name: 'alert-withdrawn',
    file: 'src/alerts/open-alerts.ts',
    from: 'await trx.query(WITHDRAW_SQL',
    to: 'void (WITHDRAW_SQL',
    tests: watch,
    why: 'the last word is that it is over, while it is not',
  },
  {
    name: 'alert-project-read',
    file: 'src/alerts/read.ts',
    from: '($2::uuid is null or project_id = $2)',
    to: '($2::uuid is null or true)',
    tests: routes,
    why: 'alerts of another project are shown',
  },
  {
    name: 'alert-project-change',
    file: 'src/alerts/change-alert.ts',
    from: '($2::uuid is null or project_id = $2)',
    to: '($2::uuid is null or true)',
    tests: routes,
    why: 'alerts of another project are resolved',
  },
  {
    name: 'alert-delivery-claim',
    file: 'src/alerts/notify/deliver-due.ts',
    from: 'for update skip locked',
    to: '',
    tests: deliver,
    why: 'every replica tells every alert',
  },
  {
    name: 'alert-delivery-late',
    file: 'src/alerts/notify/deliver-due.ts',
    from: 'where id = $1 and attempts = $2`',
    to: 'where id = $1 and $2::int is not null`',
    tests: deliver,
    why: 'a try that ends late undoes a later one: what was told is told again',
  },
  {
    name: 'alert-delivery-order',
    file: 'src/alerts/notify/deliver-due.ts',
    from: 'b.created_at < w.created_at',
    to: 'false',
    tests: deliver,
    why: 'that it is over is told before it was told that it is',
  },
  {
    name: 'alert-signature',
    file: 'src/alerts/notify/sign-webhook.ts',
    from: "createHmac('sha256', key)",
    to: "createHmac('sha256', secret)",
    tests: notifiers,
    why: 'no library verifies a webhook, so receivers stop to check',
  },
  {
    name: 'alert-mail-password',
    file: 'src/alerts/notify/email.ts',
    from: 'requireTLS: !secure',
    to: 'requireTLS: false',
    tests: notifiers,
    why: 'a password for a mail server goes over the wire for everybody to read',
  },
  {
    name: 'alert-slack-escape',
    file: 'src/alerts/notify/slack.ts',
    from: '.replace(/[&<>]/g, (character) => ESCAPES[character]!)',
    to: '.replace(/[&]/g, (character) => ESCAPES[character]!)',
    tests: notifiers,
    why: 'the name of an agent mentions everybody in Slack',
  },
];
