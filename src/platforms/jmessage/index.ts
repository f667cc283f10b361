// JMessage: days from its statistics or its message history, and today so far as its snapshot.
import { address, secret } from '../../config-field.ts';
import type { PlatformErrorKind } from '../../errors.ts';
import { withDerived } from '../../metrics/derived-values.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import type { Snapshot } from '../../metrics/sample.ts';
import { addDays, localDate, startOfDate } from '../../time-zone.ts';
import { createHttp } from '../http.ts';
import { definePlatform, type Platform, type PlatformOptions } from '../platform.ts';
import type { Endpoint } from '../platform-error.ts';
import { given } from '../response-body.ts';
import { createCallPace } from './call-pace.ts';
import { type JMessageSources, newestTotals, readDays } from './days.ts';
import { keptDays, walkHistory } from './history.ts';
import { jmessagePhrases } from './jmessage-phrases.ts';
import { createMessageCounter } from './message-counts.ts';
import { readHours, readMonths, sumHours } from './message-periods.ts';
import { createEntitlement } from './statistics.ts';

const say = phrasesOf<typeof jmessagePhrases>();

const hints: Endpoint['hints'] = {
  auth: say('jmessage.authAdvice'),
  forbidden: say('jmessage.forbiddenAdvice'),
  'not-entitled': say('jmessage.notEntitledAdvice'),
  'not-found': say('jmessage.notFoundAdvice'),
  gone: say('jmessage.goneAdvice'),
};

/** Kinds of the vendor's codes, which come with HTTP 400. */
const codes: Readonly<Record<string, PlatformErrorKind>> = {
  '2002': 'rate-limited',
  '2003': 'not-entitled',
  '800017': 'rate-limited',
  '899000': 'unavailable',
  '899002': 'not-found',
  '899006': 'not-found',
  '899007': 'auth',
  '899008': 'auth',
  '899009': 'auth',
  '899030': 'timeout',
  '899081': 'not-found',
};

export const jmessage = definePlatform({
  id: 'jmessage',
  name: 'JMessage',
  config: {
    url: address('an address such as https://report.im.jpush.cn/v2').default('https://report.im.jpush.cn/v2'),
    appKey: secret('the AppKey of the application in the JMessage console'),
    masterSecret: secret('the Master Secret of the application in the JMessage console'),
  },
  secrets: ['appKey', 'masterSecret'],
  derivedSecrets: (access) => [basicOf(access)],
  environment: { appKey: 'JMESSAGE_APP_KEY', masterSecret: 'JMESSAGE_MASTER_SECRET' },
  metrics: [
    'users.active',
    'users.total',
    'users.new',
    'users.senders',
    'users.sender_ratio',
    'messages.sent',
    'messages.single',
    'messages.group',
    'messages.single.text',
    'messages.single.image',
    'messages.single.voice',
    'messages.single.other',
    'messages.group.text',
    'messages.group.image',
    'messages.group.voice',
    'messages.group.other',
    'messages.per_user',
    'groups.active',
    'groups.total',
    'groups.new',
  ],
  reportsBy: 'days',
  hourly: ['messages.sent', 'messages.single', 'messages.group'],
  phrases: jmessagePhrases,
  daysKept: keptDays,
  hasMessageHistory: true,
  timezone: 'Asia/Shanghai',
  open: openJMessage,
});

interface JMessageKeys {
  /** User name of HTTP Basic authentication. */
  readonly appKey: string;
  /** Password of HTTP Basic authentication. */
  readonly masterSecret: string;
}

interface JMessageOptions extends PlatformOptions {
  /** `url` includes the version. */
  readonly access: JMessageKeys & { readonly url: string };
}

/** The credentials of HTTP Basic authentication. */
function basicOf({ appKey, masterSecret }: JMessageKeys): string {
  return Buffer.from(`${appKey}:${masterSecret}`).toString('base64');
}

/** One app on JMessage. Its days, and the wall-clock times it reads and writes, are those of the app's zone. */
function openJMessage(options: JMessageOptions): Platform {
  const { access, app, clock } = options;
  const zone = app.timezone;
  const basic = basicOf(access);
  const endpoint: Endpoint = {
    name: app.name,
    hints,
    phrases: jmessagePhrases,
    codes,
    secrets: [access.masterSecret, access.appKey, basic],
  };
  const http = createHttp({
    ...options,
    baseUrl: access.url,
    headers: { authorization: `Basic ${basic}` },
    endpoint,
  });
  const counter = createMessageCounter({ http, clock, zone, maxPages: options.maxPages });
  const entitlement = createEntitlement(clock, (name, status) =>
    options.logger.warn('JMessage refuses a paid statistic', { app: app.id, statistic: name, status }),
  );
  const pace = createCallPace(clock);
  const sources = { http, clock, zone, entitlement, counter };
  return {
    snapshot: (signal) => readSnapshot(sources, signal),
    daily: async (from, to, signal) => {
      const { days, notes } = await readDays(sources, { from, to }, signal);
      return { days, notes };
    },
    hours: (signal) => readHours(sources, signal),
    months: (signal) => readMonths(sources, signal),
    history: (scope, from, to, signal) => walkHistory({ http, clock, zone, scope, from, to, signal, pace }),
  };
}

/** Today so far, with totals of yesterday while today has none. */
async function readSnapshot(sources: JMessageSources, signal: AbortSignal | undefined): Promise<Snapshot> {
  const { clock, zone } = sources;
  const polledAt = clock.now();
  const today = localDate(polledAt, zone);
  const found = await readDays(sources, { from: addDays(today, -1), to: today, messagesFrom: today }, signal);
  const totals = newestTotals(found.days);
  const ofToday = found.days.find((day) => day.date === today)?.values ?? {};
  const sent =
    ofToday['messages.sent'] ?? (found.messages === 'statistic' ? await sumHours(sources, signal) : undefined);
  const notes = [...found.notes];
  if (totals.date !== undefined && totals.date !== today) notes.push(say('jmessage.totalsOf', { date: totals.date }));
  return {
    polledAt,
    window: { from: startOfDate(today, zone), to: polledAt },
    values: withDerived({ ...totals.values, ...ofToday, ...given('messages.sent', sent) }),
    notes,
  };
}
