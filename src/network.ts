// The network of the process: one decision on proxies, address families and certificate authorities for every connection, and its limits.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { BlockList, connect, isIP, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { type Duration, second } from './clock.ts';
import { BotError } from './errors.ts';

/** What connections to WebSockets are made through. */
export type SocketDispatcher = Dispatcher;

/** How this process reaches others. */
export interface Network {
  /** For every call over HTTP. */
  readonly fetch: typeof globalThis.fetch;
  /** For every WebSocket; undefined where they go directly. */
  readonly socketDispatcher: SocketDispatcher | undefined;
  /** What was decided, without secrets: for the log and `check`. */
  readonly words: string;
  /** One sentence for each proxy that takes no connection. Never rejects. */
  unreachable(): Promise<readonly string[]>;
  /** Users and passwords of proxies. */
  readonly secrets: readonly string[];
}

/** Time for one of several addresses of a host. Node's own 250 ms take a slow handshake for a dead address, and the next may be one of IPv6 that leads nowhere. */
const addressTimeout: Duration = 2 * second;

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` (in capitals or not) and `NODE_EXTRA_CA_CERTS` of the environment, which may be that of
 * a `.env` as well. Throws `BotError` for an address that is none, and for certificates that cannot be read. Changes Node's defaults
 * for the whole process: the time for an address, and the authorities.
 */
export function openNetwork(environment: Readonly<Record<string, string | undefined>>): Network {
  setDefaultAutoSelectFamilyAttemptTimeout(addressTimeout);
  const authorities = trustAuthorities(filled(environment['NODE_EXTRA_CA_CERTS']));
  const proxies = proxiesOf(environment);
  const { http, https } = proxies;
  const addresses = [http, http?.href === https?.href ? undefined : https].filter((proxy) => proxy !== undefined);
  const words = [wordsOfProxies(proxies), authorities, `${addressTimeout / second} s for each address of a host`];
  return {
    fetch: fetchThrough(dispatcherFor(proxies, { proxyTunnel: false }).compose(refuseEncodings)),
    socketDispatcher: isDirect(proxies) ? undefined : dispatcherFor(proxies, { proxyTunnel: true }),
    words: words.join('; '),
    unreachable: async () => (await Promise.all(addresses.map(refusalOf))).flat(),
    secrets: addresses.flatMap(secretsOf),
  };
}

const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

interface Proxies {
  readonly http: URL | undefined;
  readonly https: URL | undefined;
  /** Hosts that are reached directly, as they were written. */
  readonly except: string | undefined;
}

const isDirect = ({ http, https }: Proxies): boolean => http === undefined && https === undefined;

function proxiesOf(environment: Readonly<Record<string, string | undefined>>): Proxies {
  const named = (name: string): string | undefined =>
    filled(environment[name.toLowerCase()]) ?? filled(environment[name]);
  return {
    http: proxyAddress('HTTP_PROXY', named('HTTP_PROXY')),
    https: proxyAddress('HTTPS_PROXY', named('HTTPS_PROXY')),
    except: named('NO_PROXY'),
  };
}

function proxyAddress(name: string, text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  // As curl takes it: a host and port are those of an HTTP proxy.
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && /^(https?|socks5):$/.test(url.protocol) && url.hostname !== '') return url;
  throw new BotError(`${name} is not the address of a proxy.`, {
    hint: `Write it like http://proxy.example.com:3128 (or with https:// or socks5://), or take ${name} out of the environment.`,
  });
}

async function refusalOf({ hostname, port, protocol }: URL): Promise<readonly string[]> {
  const standard = { 'http:': 80, 'https:': 443 }[protocol] ?? 1080;
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(5 * second) });
    return [];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return [
      `The proxy ${hostname} takes no connection (${code}); check its address, and that it may be reached from here`,
    ];
  } finally {
    socket.destroy();
  }
}

function secretsOf({ username, password }: URL): string[] {
  return [username, password].flatMap((part) => (part === '' ? [] : [part, decoded(part)]));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a lone percent sign stands for itself
  }
}

/** No proxy leads to this machine itself. */
const ownHosts = 'localhost,127.0.0.1,[::1]';

/** Without proxies it connects directly. `proxyTunnel`: also plain HTTP goes through a tunnel, as sockets need it. */
function dispatcherFor(proxies: Proxies, options: { readonly proxyTunnel: boolean }): Dispatcher {
  if (isDirect(proxies)) return new Agent();
  const { http, https, except } = proxies;
  // An empty text keeps the library from looking into the environment by itself.
  const noProxy = except === undefined ? ownHosts : `${except},${ownHosts}`;
  const proxied = new EnvHttpProxyAgent({
    ...options,
    httpProxy: http?.href ?? '',
    httpsProxy: https?.href ?? '',
    noProxy: except?.trim() === '*' ? '*' : noProxy,
  });
  return directlyInRanges(proxied, except ?? '');
}

/** The library knows hosts and domains only: an address within a range of `except`, such as 10.0.0.0/8, is reached directly as well. */
function directlyInRanges(proxied: Dispatcher, except: string): Dispatcher {
  // One list for both would take an IPv4 address for the IPv6 one that stands for it.
  const ranges = { 4: new BlockList(), 6: new BlockList() };
  for (const entry of except.split(/[,\s]+/)) {
    const [, address = '', bits = ''] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/i.exec(entry) ?? [];
    const family = isIP(address);
    if (family === 4 && Number(bits) <= 32) ranges[4].addSubnet(address, Number(bits), 'ipv4');
    if (family === 6 && Number(bits) <= 128) ranges[6].addSubnet(address, Number(bits), 'ipv6');
  }
  if (ranges[4].rules.length + ranges[6].rules.length === 0) return proxied;
  const direct = new Agent();
  return proxied.compose((dispatch) => (options, handler) => {
    const host = new URL(options.origin ?? 'http://unknown').hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const isExcepted = family === 4 ? ranges[4].check(host, 'ipv4') : family === 6 && ranges[6].check(host, 'ipv6');
    return isExcepted ? direct.dispatch(options, handler) : dispatch(options, handler);
  });
}

function wordsOfProxies({ http, https, except }: Proxies): string {
  if (http === undefined && https === undefined) return 'connects directly, without a proxy';
  const ways = [
    ...(http === undefined ? [] : [`HTTP through ${http.protocol}//${http.host}`]),
    `HTTPS and sockets ${https === undefined ? 'the same way' : `through ${https.protocol}//${https.host}`}`,
  ];
  return `${ways.join(', ')}${except === undefined ? '' : `, except ${except}`}`;
}

/** Trusts the authorities of the file beside those of Node, which may have read it itself at its start. */
function trustAuthorities(file: string | undefined): string {
  if (file === undefined) return 'certificate authorities of Node';
  const named = certificatesIn(file);
  const trusted = getCACertificates('default');
  const known = new Set(trusted.map(withoutBreaks));
  const more = named.filter((one) => !known.has(withoutBreaks(one)));
  if (more.length > 0) setDefaultCACertificates([...trusted, ...more]);
  return `certificate authorities of Node, and ${named.length} of ${file}`;
}

const withoutBreaks = (certificate: string): string => certificate.replace(/\s/g, '');

function certificatesIn(file: string): string[] {
  let text = '';
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    throw new BotError(`The file of NODE_EXTRA_CA_CERTS, ${file}, cannot be read.`, {
      hint: 'Check that it is there and may be read, or take NODE_EXTRA_CA_CERTS out of the environment.',
    });
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (found.length > 0) return found;
  throw new BotError(`The file of NODE_EXTRA_CA_CERTS, ${file}, holds no certificate.`, {
    hint: 'It must hold PEM text: "-----BEGIN CERTIFICATE-----" and what follows.',
  });
}

function fetchThrough(dispatcher: Dispatcher): typeof globalThis.fetch {
  return (input, init) => {
    // Node's fetch takes the dispatchers of the package, which its type does not know.
    const options: object = { ...init, dispatcher };
    return fetch(input, options);
  };
}

const mostEncodings = 5;

/**
 * Ends a request whose answer is encoded more often than Node decodes: Node's own refusal leaves a stream that nobody listens to,
 * and its error ends the process.
 */
const refuseEncodings: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
  dispatch(options, {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
    onResponseStart: (controller, status, headers, text) => {
      const encodings = [headers['content-encoding'] ?? []].flat().flatMap((value) => value.split(','));
      if (encodings.length > mostEncodings) throw new Error(`The answer is encoded ${encodings.length} times.`);
      handler.onResponseStart?.(controller, status, headers, text);
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  });

const mebibyte = 1 << 20;

/** The same fetch, whose answers break off with an error when they are longer than `most` bytes. */
export function limitAnswers(fetch: typeof globalThis.fetch, most: number = 8 * mebibyte): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    let received = 0;
    const limit = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        received += chunk.byteLength;
        if (received > most) controller.error(new Error(`The answer is longer than ${most} bytes.`));
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
  };
}
