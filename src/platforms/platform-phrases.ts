// English for failures of platforms: what went wrong, and what to do. Each sentence is whole and has no secret in it.
import type { Duration } from '../clock.ts';
import type { PlatformErrorKind } from '../errors.ts';
import type { Phrase, PhraseSet } from '../metrics/phrase.ts';

interface OfApp {
  readonly app: string;
}

/** What a connection without a response failed of. */
export type ConnectionProblem =
  | 'refused'
  | 'cut'
  | 'no-host'
  | 'no-lookup'
  | 'host-unreachable'
  | 'network-unreachable'
  | 'expired'
  | 'other-host'
  | 'untrusted'
  | 'failed';

const reasons: Readonly<Record<PlatformErrorKind, string>> = {
  auth: 'the key is not accepted',
  forbidden: 'the key lacks permission',
  'not-entitled': 'this interface is not part of the subscription',
  'not-found': 'there is nothing at that address',
  'bad-request': 'the request was refused',
  gone: 'the vendor has switched this interface off',
  'rate-limited': 'too many requests',
  unavailable: 'the server has trouble of its own',
  timeout: 'the server gave up waiting',
  network: 'the connection failed',
  'bad-response': 'the answer is of no use',
  aborted: 'the request was stopped',
};

const advice: Readonly<Record<PlatformErrorKind, string>> = {
  auth: 'Check the key of the app in the configuration.',
  forbidden: 'Give the key of the app more rights on the platform.',
  'not-entitled': 'Ask the vendor for a subscription that has it.',
  'not-found': 'Check the url of the app in the configuration.',
  'bad-request':
    'The platform may have changed its interface: check the url of the app, and whether there is a newer imstats.',
  gone: 'Ask the vendor what replaces it; the address of the app may need to change in the configuration.',
  'rate-limited': 'Ask less often: raise pollEvery of the app, or share the limit with fewer programs.',
  unavailable:
    'Nothing to do here: imstats keeps asking. If it lasts, look at the server or the status page of the vendor.',
  timeout: 'Check that the server is up and that this machine may reach it; imstats keeps asking.',
  network: 'Check the address and the network between here and there; imstats keeps asking.',
  'bad-response':
    'Check that the url of the app is the address of its API and that no proxy or sign-in page stands in between.',
  aborted: 'Ask again.',
};

const problems: Readonly<Record<ConnectionProblem, string>> = {
  refused: 'the connection was refused',
  cut: 'the connection was cut',
  'no-host': 'there is no host of that name',
  'no-lookup': 'the name of the host could not be looked up',
  'host-unreachable': 'the host cannot be reached',
  'network-unreachable': 'the network cannot be reached',
  expired: 'its TLS certificate has expired',
  'other-host': 'its TLS certificate is for another host',
  untrusted: 'its TLS certificate is not trusted',
  failed: 'the connection failed',
};

const ofHost: Readonly<Partial<Record<ConnectionProblem, (host: string) => string>>> = {
  'no-host': (host) => `there is no host ${host}`,
  'no-lookup': (host) => `the host ${host} could not be looked up`,
};

const remedies: Readonly<Partial<Record<ConnectionProblem, string>>> = {
  refused: 'Check that the server runs and that the port in the url of the app is right.',
  'no-host': 'Check the url of the app; if it is right, check the DNS of this machine.',
  'no-lookup': 'Check the DNS of this machine; imstats keeps asking.',
  expired: 'The owner of the server must renew it; imstats does not go around it.',
  'other-host': 'Check the host name in the url of the app.',
  untrusted: 'For a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file.',
};

export const platformPhrases = {
  /** `Production chat did not answer: HTTP 403, the key lacks permission.` `advice`: what to do, for who says that beside it. */
  'platform.failed': (
    { app, isAnswer, what }: OfApp & { isAnswer: boolean; what: Phrase; advice?: Phrase | undefined },
    { text },
  ) => `${app} ${isAnswer ? 'gave no usable answer' : 'did not answer'}: ${text(what)}.`,
  'platform.http': (
    { status, code, why, wait }: { status: number; code?: string; why: Phrase; wait?: Duration },
    { text, duration },
  ) => {
    const asked = wait === undefined ? '' : `; it asks to wait ${duration(wait)}`;
    return `HTTP ${status}${code === undefined ? '' : ` (${code})`}, ${text(why)}${asked}`;
  },
  'platform.why': ({ of }: { of: PlatformErrorKind }) => reasons[of],
  'platform.advice': ({ of }: { of: PlatformErrorKind }) => advice[of],
  /** `there is no host chat.example.com`; the name only where the problem is about it. */
  'platform.connection': ({ problem, host }: { problem: ConnectionProblem; host?: string }) =>
    (host === undefined ? undefined : ofHost[problem]?.(host)) ?? problems[problem],
  'platform.remedy': ({ problem }: { problem: ConnectionProblem }) => remedies[problem] ?? advice.network,
  'platform.redirected': () => 'it sent us to another address, which imstats does not follow with a key in hand',
  'platform.redirectAdvice': () =>
    'Write the final address as the url of the app, with https where the server wants it.',
  'platform.nothingInTime': () => 'nothing came in time',
  'platform.nothingIn': ({ seconds }: { seconds: number }) => `nothing came within ${seconds} s`,
  'platform.silentFor': ({ seconds }: { seconds: number }) => `nothing more came within ${seconds} s`,
  'platform.tooSlow': () => 'it took too long, with all tries',
  'platform.stopped': () => 'the request was stopped',
  'platform.tooLarge': () => 'the answer is larger than imstats reads',
  'platform.tooLargeAdvice': () =>
    'Nothing of so large an answer is read, so that memory stays bounded. Tell the makers of imstats how large it is.',
  'platform.fields': ({ fields }: { fields: readonly string[] }) =>
    `these parts of the answer are not as documented: ${fields.join(', ')}`,
  'platform.empty': () => 'the answer is empty',
  'platform.webPage': () => 'the answer is a web page instead of numbers',
  'platform.notJson': () => 'the answer is cut off or not JSON',
  'platform.late': ({ app, seconds }: OfApp & { seconds: number }) => `${app} did not answer within ${seconds} s.`,
  'platform.lateAdvice': () => 'Ask again in a moment; /imstats health shows how the platforms answer.',
  'platform.daysLate': ({ app, minutes }: OfApp & { minutes: number }) =>
    `${app} did not give its days within ${minutes} min.`,
  'platform.hoursLate': ({ app, minutes }: OfApp & { minutes: number }) =>
    `${app} did not give its hours within ${minutes} min.`,
  'platform.monthsLate': ({ app, minutes }: OfApp & { minutes: number }) =>
    `${app} did not give its months within ${minutes} min.`,
  'platform.none': ({ app }: OfApp) => `${app} has no platform.`,
  'platform.unreadable': ({ app }: OfApp) => `${app} gave an answer that could not be read.`,
  'platform.justNow': ({ app }: OfApp) => `${app} did not answer just now.`,
} satisfies PhraseSet;
