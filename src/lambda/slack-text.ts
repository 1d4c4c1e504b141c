import type { Told } from './events.ts';
import { type Json, objectOf } from './json.ts';

/** Longer messages are cut: a chat is no log. */
const CHARACTERS_MAX = 600;

/** A message of the topic as a line or two: alarms of CloudWatch and notices of SES come as JSON, ours as text. */
export function brief({ subject, text }: Told): string {
  const value = jsonOf(text);
  const short = value === undefined ? text : (alarmText(value) ?? mailText(value) ?? subject ?? text);
  return escaped(cut(short.trim()));
}

/** `ALARM finops-digest-errors: finops-digest failed. …` */
function alarmText({ AlarmName, NewStateValue, AlarmDescription }: Json): string | undefined {
  if (typeof AlarmName !== 'string' || typeof NewStateValue !== 'string') return undefined;
  const why = typeof AlarmDescription === 'string' && NewStateValue !== 'OK' ? `: ${AlarmDescription}` : '';
  return `${NewStateValue} ${AlarmName}${why}`;
}

/** `Bounce (Permanent) of the mail "…" to a@example.com` */
function mailText(notice: Json): string | undefined {
  const kind = notice.eventType ?? notice.notificationType;
  if (typeof kind !== 'string') return undefined;
  const mail = objectOf(notice.mail) ?? {};
  const subject = objectOf(mail.commonHeaders)?.subject;
  const about = objectOf(notice[kind.toLowerCase()]) ?? {};
  const hit = about.bouncedRecipients ?? about.complainedRecipients;
  const to = Array.isArray(hit) ? hit.map((one) => objectOf(one)?.emailAddress) : mail.destination;
  const type = typeof about.bounceType === 'string' ? ` (${about.bounceType})` : '';
  const named = typeof subject === 'string' ? ` "${subject}"` : '';
  return `${kind}${type} of the mail${named} to ${Array.isArray(to) ? to.join(', ') : 'nobody knows whom'}`;
}

function jsonOf(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const cut = (text: string): string =>
  text.length <= CHARACTERS_MAX ? text : `${text.slice(0, CHARACTERS_MAX - 2).trimEnd()} …`;

/** Slack reads these three as its own marks. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
