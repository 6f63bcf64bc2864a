import type { Config } from '../../config.ts';
import type { Egress } from '../../lib/egress/egress.ts';
import { emailNotifier } from './email.ts';
import type { Notifier } from './notifier.ts';
import { ntfyNotifier } from './ntfy.ts';
import { slackNotifier } from './slack.ts';
import { webhookNotifier } from './webhook.ts';

/** The notifiers that the settings name; contacts nobody. */
export function openNotifiers(config: Config, egress: Egress): Notifier[] {
  const { alertWebhookUrl, alertWebhookSecret, alertSlackUrl, alertNtfyUrl, alertNtfyToken } = config;
  const { alertSmtpUrl, alertEmailTo, alertEmailFrom } = config;
  const mail = alertSmtpUrl && alertEmailTo && alertEmailFrom;
  return [
    // readConfig refuses one without the others.
    ...(alertWebhookUrl && alertWebhookSecret ? [webhookNotifier(egress, alertWebhookUrl, alertWebhookSecret)] : []),
    ...(mail ? [emailNotifier(egress, { url: alertSmtpUrl, to: alertEmailTo, from: alertEmailFrom })] : []),
    ...(alertSlackUrl ? [slackNotifier(egress, alertSlackUrl)] : []),
    ...(alertNtfyUrl ? [ntfyNotifier(egress, alertNtfyUrl, alertNtfyToken)] : []),
  ];
}
